"""A list as a bibliography: its works, each once, with what the list says of them."""
