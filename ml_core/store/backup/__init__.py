"""Copies of the project, whether a file is sound, and what can be saved of a damaged one."""
