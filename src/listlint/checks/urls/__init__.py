"""URL: link hygiene that needs no network."""
