"""Worked examples: a policy to start from, and the demo that plays it."""
