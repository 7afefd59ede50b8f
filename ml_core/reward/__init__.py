"""What a person's ratings say: a reward model with ties and uncertainty, and plain baselines."""
