"""The product in three pages: receive, process (an event or a timer), apply."""
