"""Reports, held against the validators of those who read them; ``python3 dev.py validators`` installs them."""
