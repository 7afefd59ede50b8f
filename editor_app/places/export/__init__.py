"""Export: edits of chosen songs, as the taste has them or changed by hand."""
