"""The fields of tags, and what each system of tags calls them.

Sources: ID3v2.4 (id3.org), "Ogg Vorbis I format specification: comment field", wiki.hydrogenaud.io
"APE key", Apple's and MP4v2's lists of iTunes atoms, and the mapping that MusicBrainz Picard and
TagLib document for names that no standard gives.
"""

from __future__ import annotations

from typing import NamedTuple


class Field(NamedTuple):
    """One field's names; empty where a system has none, and its own name is used as a custom one.

    Attributes:
        vorbis: Vorbis comment, the name as a custom field elsewhere too.
        id3: text frame.
        ape: key in APEv2.
        mp4: atom of text.
        sndfile: libsndfile's text, which it writes into a WAV's INFO list.
    """

    vorbis: str
    id3: str = ""
    ape: str = ""
    mp4: str = ""
    sndfile: str = ""


FIELDS = {
    "title": Field("title", "TIT2", "title", "©nam", "title"),
    "artist": Field("artist", "TPE1", "artist", "©ART", "artist"),
    "album": Field("album", "TALB", "album", "©alb", "album"),
    "album_artist": Field("albumartist", "TPE2", "album artist", "aART"),
    "composer": Field("composer", "TCOM", "composer", "©wrt"),
    "date": Field("date", "TDRC", "year", "©day", "date"),
    "genre": Field("genre", "TCON", "genre", "©gen", "genre"),
    "track": Field("tracknumber", "TRCK", "track", "", "tracknumber"),
    "disc": Field("discnumber", "TPOS", "disc"),
    "comment": Field("comment", "COMM", "comment", "©cmt", "comment"),
    "copyright": Field("copyright", "TCOP", "copyright", "cprt", "copyright"),
    "lyrics": Field("lyrics", "USLT", "lyrics", "©lyr"),
    "lyricist": Field("lyricist", "TEXT", "lyricist"),
    "conductor": Field("conductor", "TPE3", "conductor"),
    "remixer": Field("remixer", "TPE4", "mixartist"),
    "grouping": Field("grouping", "TIT1", "grouping", "©grp"),
    "subtitle": Field("subtitle", "TIT3", "subtitle"),
    "bpm": Field("bpm", "TBPM", "bpm"),
    "key": Field("initialkey", "TKEY", "key"),
    "language": Field("language", "TLAN", "language"),
    "mood": Field("mood", "TMOO", "mood"),
    "media": Field("media", "TMED", "media"),
    "label": Field("label", "TPUB", "label"),
    "encoded_by": Field("encodedby", "TENC", "encodedby"),
    "original_date": Field("originaldate", "TDOR"),
    "release_date": Field("releasedate", "TDRL"),
    "title_sort": Field("titlesort", "TSOT", "titlesort", "sonm"),
    "artist_sort": Field("artistsort", "TSOP", "artistsort", "soar"),
    "album_sort": Field("albumsort", "TSOA", "albumsort", "soal"),
    "album_artist_sort": Field("albumartistsort", "TSO2", "albumartistsort", "soaa"),
    "composer_sort": Field("composersort", "TSOC", "composersort", "soco"),
    "compilation": Field("compilation", "TCMP", "compilation"),
    "disc_subtitle": Field("discsubtitle", "TSST", "discsubtitle"),
    "original_artist": Field("originalartist", "TOPE", "original artist"),
    "original_album": Field("originalalbum", "TOAL"),
    "original_lyricist": Field("originallyricist", "TOLY"),
    "original_file": Field("originalfilename", "TOFN"),
    "owner": Field("fileowner", "TOWN"),
    "produced": Field("producednotice", "TPRO"),
    "station": Field("radiostation", "TRSN"),
    "station_owner": Field("radiostationowner", "TRSO"),
    "movement": Field("movementname", "MVNM", "", "©mvn"),
    "movement_number": Field("movement", "MVIN"),
    "itunes_grouping": Field("itunesgrouping", "GRP1"),
    "description": Field("description", "TDES", "", "desc"),
    "category": Field("podcastcategory", "TCAT", "", "catg"),
    "keywords": Field("podcastkeywords", "TKWD", "", "keyw"),
    "podcast_id": Field("podcastid", "TGID"),
}
"""By our own name, the most usual first."""

BY_VORBIS = {field.vorbis: name for name, field in FIELDS.items()}
BY_ID3 = {field.id3: name for name, field in FIELDS.items() if field.id3}
BY_APE = {field.ape: name for name, field in FIELDS.items() if field.ape} | {
    "albumartist": "album_artist"
}
BY_MP4 = {field.mp4: name for name, field in FIELDS.items() if field.mp4}

ID3_ALSO = {"publisher": "TPUB", "organization": "TPUB", "year": "TDRC", "unsyncedlyrics": "USLT"}
"""Names of custom fields that ID3 has a frame for, where no other field took it."""

ADDRESSES = {
    "WCOM": "commercialinfourl",
    "WCOP": "copyrighturl",
    "WOAF": "filewebpage",
    "WOAR": "artistwebpage",
    "WOAS": "audiosourcewebpage",
    "WORS": "radiostationwebpage",
    "WPAY": "paymentwebpage",
    "WPUB": "publisherwebpage",
}
"""ID3's frames that hold an address, and what they are called elsewhere."""

ADDRESS = "url:"
"""What the name of an address with a description (WXXX) begins with elsewhere."""

_PICARD = {
    "MusicBrainz Artist Id": "MUSICBRAINZ_ARTISTID",
    "MusicBrainz Album Id": "MUSICBRAINZ_ALBUMID",
    "MusicBrainz Album Artist Id": "MUSICBRAINZ_ALBUMARTISTID",
    "MusicBrainz Release Group Id": "MUSICBRAINZ_RELEASEGROUPID",
    "MusicBrainz Work Id": "MUSICBRAINZ_WORKID",
    "MusicBrainz Disc Id": "MUSICBRAINZ_DISCID",
    "MusicBrainz Album Type": "RELEASETYPE",
    "MusicBrainz Album Status": "RELEASESTATUS",
    "MusicBrainz Album Release Country": "RELEASECOUNTRY",
}
TO_PLAIN = {words.casefold(): name for words, name in _PICARD.items()}
"""Names that ID3 and MP4 spell in words, as they are in Vorbis comments."""
IN_WORDS = {name.casefold(): words for words, name in _PICARD.items()}

TOTALS = {"track": ("tracktotal", "totaltracks"), "disc": ("disctotal", "totaldiscs")}
"""Where Vorbis comments say how many there are, which others write behind the number."""
