"""From ratings to a reward model."""
