"""Edits that were made in another tool and are brought back into Export."""
