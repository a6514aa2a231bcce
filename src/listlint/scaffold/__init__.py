"""What ``listlint init`` does: looks at a repository, and writes the files that turn listlint on."""
