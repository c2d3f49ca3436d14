"""A Jira that behaves: Cloud, or Data Center."""
