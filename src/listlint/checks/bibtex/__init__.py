"""Rules on BibTeX: its syntax, its fields, and what it says against the list around it."""
