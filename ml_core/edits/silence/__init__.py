"""Silence that is no music: where a song has it, and its bars parted there."""
