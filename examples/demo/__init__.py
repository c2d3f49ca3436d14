"""A ticket's whole life and a day of a small support team, played against a sandbox helpdesk."""
