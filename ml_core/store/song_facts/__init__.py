"""What a taste may use songs for: what it has learned from, and what fits its brief."""
