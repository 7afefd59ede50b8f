"""The five places of the window, and the parts they are drawn with."""
