"""The window: what a person sees and hears of Tastecut."""
