"""What the plugin sets up in a Zendesk account: webhook, trigger, SLA policies, macros, view, fields."""
