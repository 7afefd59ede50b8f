"""What is kept, by subject: songs, tastes, pairs, ratings, models, comparisons.

Each part reads and writes its own subject, and none knows another one. A write is one transaction;
where it can't be made it raises `NotSavedError` and has changed nothing.
"""
