"""From a reward model to a fine-tuned policy."""
