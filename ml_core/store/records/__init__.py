"""What is kept, by subject: songs, tastes, pairs, ratings, models, comparisons."""
