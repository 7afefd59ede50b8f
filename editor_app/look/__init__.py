"""What the window looks like and how it words things: colours, type, icons, words."""
