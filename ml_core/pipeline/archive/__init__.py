"""A whole project in one file: ratings, models, corrections, edits, analyses and, on wish, songs.

The file is a plain ZIP, so that songs can be taken out of it by any program in fifty years. Nothing
in it is compressed: opening it can then never write more than the file itself is long.
"""
