"""Compare: old against new, blind, then the verdict."""
