"""A project's file opened, locked, checked and restored."""
