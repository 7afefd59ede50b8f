"""Records of files: formats, tags, and edits that become files."""
