"""What a join costs and where exactly it lies."""
