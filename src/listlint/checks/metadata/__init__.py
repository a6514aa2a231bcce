"""Metadata: dates, venues, authors, status and labels of entries."""
