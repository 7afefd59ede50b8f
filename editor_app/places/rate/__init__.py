"""Rate: pairs of edits, answered by key."""
