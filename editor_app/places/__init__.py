"""The places of the window, one room each; they do not know each other."""
