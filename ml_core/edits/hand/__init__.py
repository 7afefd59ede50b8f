"""Changes by hand: joins moved and healed, and several changes in a row."""
