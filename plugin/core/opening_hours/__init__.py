"""Opening hours: from what an admin writes to stretches of time."""
