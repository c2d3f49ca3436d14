"""From a policy document to values, with every mistake told."""
