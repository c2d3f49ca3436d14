"""Texts of the policy in several languages, and words found in a customer's."""
