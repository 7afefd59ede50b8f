"""From ratings to a reward model and a policy, and from a policy to the edit it delivers."""
