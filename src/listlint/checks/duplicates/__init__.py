"""DUP: links and works that are listed more than once."""
