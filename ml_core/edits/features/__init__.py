"""What an edit and its song are like, in numbers and in words."""
