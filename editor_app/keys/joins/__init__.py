"""Keys of the joins of an edit."""
