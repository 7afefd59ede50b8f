"""Every rating a second time, in a file of lines that needs no database to be read."""
