"""Every core record: frozen, checked when made, free of behaviour beyond its own data."""
