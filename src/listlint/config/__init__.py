"""Configuration: finding it, reading it, merging its layers, and saying where each value comes from."""
