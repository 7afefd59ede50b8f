"""Old against new, blind: the pairs, and the verdict on the answers."""
