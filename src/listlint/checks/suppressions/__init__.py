"""SUP: suppression comments, and what went wrong in the tool itself."""
