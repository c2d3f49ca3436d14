"""Helpdesk platforms: bytes to events, changes to API calls. Knows nothing of the plugin."""
