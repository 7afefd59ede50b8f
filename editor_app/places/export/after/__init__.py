"""After an export: hearing a file, showing it in its folder, dragging it into another program."""
