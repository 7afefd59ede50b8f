"""Which bars may follow which: the graph whose paths are the edits of a song."""
