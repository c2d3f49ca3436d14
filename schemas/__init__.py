"""JSON Schemas an admin's editor loads."""
