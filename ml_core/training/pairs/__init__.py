"""Which pairs to ask next, and how much more asking would tell."""
