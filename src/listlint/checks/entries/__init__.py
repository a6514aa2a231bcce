"""Entries: how links, separators, descriptions and markers of a list are written."""
