"""Why a rule fires on a ticket or does not, and what happens next: found out, and written for people and programs."""
