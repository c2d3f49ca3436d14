"""A policy rehearsed: the real pipeline on an empty store, a helpdesk in memory, and a clock that a test moves."""
