"""A stateful Zendesk."""
