"""Jira's own tests."""
