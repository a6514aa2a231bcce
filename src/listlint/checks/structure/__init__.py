"""STR: the structure of a list: title, headings, table of contents, links inside the repository."""
