"""The policy in writing: from a compiled policy to a page people read, in Markdown or HTML."""
