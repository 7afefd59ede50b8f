"""What is read of a song in one pass: spectra, loudness, chroma, in frames."""
