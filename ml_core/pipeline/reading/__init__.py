"""Files read as songs within limits, and which song a file is."""
