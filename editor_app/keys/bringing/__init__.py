"""Commands that bring in what was made elsewhere, and their keys."""
