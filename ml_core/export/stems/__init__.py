"""Stems: files as long as a song, which get the same cuts as its edit."""
