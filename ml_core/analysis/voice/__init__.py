"""Where somebody sings: a small network over features of each frame."""
