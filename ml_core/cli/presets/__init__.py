"""The verb presets, and what a preset does to an export."""
