"""The part of the table of commands that is for the bars of a song."""
