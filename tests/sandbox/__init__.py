"""Helpdesks that behave, for tests and the demo. They know nothing of the product."""

from tests.sandbox.jira.server import JiraSandbox
from tests.sandbox.zendesk.server import ZendeskSandbox

__all__ = ["JiraSandbox", "ZendeskSandbox"]
