"""A day of a small support team, played against a sandbox helpdesk."""
