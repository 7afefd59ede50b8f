"""What a taste wants, in words: directions, length, and why an edit was chosen."""
