"""Rules of the awesome manifesto (AWE)."""
