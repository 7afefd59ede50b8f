"""Finds which parts of a song a finished edit keeps, from the two sounds alone."""
