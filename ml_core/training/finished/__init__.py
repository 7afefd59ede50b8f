"""What finished edits say: each was taken out of other edits of its song."""
