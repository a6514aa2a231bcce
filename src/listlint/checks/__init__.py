"""Rules: the interface, the registry, and one package for each family."""
