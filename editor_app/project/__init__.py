"""The open project by its parts, and what can be taken back."""
