"""Widgets that Qt does not have; they know colours and icons, nothing of songs or ratings."""
