"""The contract checker, at the sandbox's door."""

from tests.sandbox.zendesk.contract import ContractChecker

__all__ = ["ContractChecker"]
