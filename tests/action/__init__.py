"""What runs ``action.yml`` in the tests."""
