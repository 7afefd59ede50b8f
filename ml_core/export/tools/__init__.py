"""An edit for other tools: one model of clips, and a writer for each."""
