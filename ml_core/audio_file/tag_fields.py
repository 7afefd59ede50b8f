"""The fields of tags, and what each format calls them."""

from __future__ import annotations

# Our name -> (Vorbis comment, ID3 frame, libsndfile's text). What belongs to one recording alone
# (length, loudness, ISRC, fingerprints, cue sheets) is not carried over to an edit of it.
FIELDS = {
    "title": ("title", "TIT2", "title"),
    "artist": ("artist", "TPE1", "artist"),
    "album": ("album", "TALB", "album"),
    "album_artist": ("albumartist", "TPE2", ""),
    "composer": ("composer", "TCOM", ""),
    "date": ("date", "TDRC", "date"),
    "genre": ("genre", "TCON", "genre"),
    "track": ("tracknumber", "TRCK", "tracknumber"),
    "disc": ("discnumber", "TPOS", ""),
    "comment": ("comment", "COMM", "comment"),
    "copyright": ("copyright", "TCOP", "copyright"),
}
