"""What a song is made of: beats, bars, sections, and features of each."""
