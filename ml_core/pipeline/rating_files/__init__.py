"""Ratings and pairs as files: read, written, and proved to be of this project."""
