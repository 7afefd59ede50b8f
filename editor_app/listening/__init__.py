"""What a pair of edits looks and sounds like: shared by the places that play one."""
