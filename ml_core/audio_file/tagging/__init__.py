"""What a file says of its song, read and written in every kind of tag; what Tastecut wrote."""
