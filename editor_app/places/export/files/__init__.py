"""The dialog "How files are written": a tuple of sections, a module each."""
