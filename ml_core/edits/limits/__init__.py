"""What a person allows, as masks over the graph, and what breaks it."""
