"""What is set up in a Jira for the plugin."""
