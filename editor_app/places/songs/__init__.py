"""Songs: the library, what a song is used for, and what its edits are for."""
