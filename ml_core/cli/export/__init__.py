"""The verbs about edits as files: what can be asked for, and who writes them."""
