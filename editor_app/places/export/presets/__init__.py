"""Presets in Export: the box that sets one, the list that a project keeps, the page of changes."""
