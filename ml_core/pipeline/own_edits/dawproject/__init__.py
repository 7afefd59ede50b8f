"""DAWproject as any tool writes it: an archive with a tree of timelines in beats or seconds."""
