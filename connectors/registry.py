"""Which platforms there are: one line each."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.contract import Platform
from connectors.jira.platform import Jira
from connectors.zendesk.platform import Zendesk

PLATFORMS: Mapping[str, Platform] = {platform.name: platform for platform in (Jira(), Zendesk())}
