"""Why a rule acts, does not, or will: the same functions, told."""
