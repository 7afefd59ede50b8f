"""What teaches besides answers by ear: answers by eye, and finished edits."""
