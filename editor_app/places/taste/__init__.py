"""Your taste: training, and what was learned."""
