"""Changes by hand in Export: parts cut out, joins moved, healed and ruled out."""
