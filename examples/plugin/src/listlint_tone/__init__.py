"""Rules of listlint on the tone of descriptions."""
