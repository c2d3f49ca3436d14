"""People, who is on duty, and the feeds that tell it."""
