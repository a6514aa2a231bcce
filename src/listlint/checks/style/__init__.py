"""STY: white space."""
