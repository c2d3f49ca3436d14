"""The escalation plugin: policy, cases and timers over a team's helpdesk."""
