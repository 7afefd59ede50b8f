"""Tags of an edit: all that stays true in every pair of formats, read back by another library."""

from __future__ import annotations

import base64
import time
from itertools import product
from pathlib import Path

import mutagen
import mutagen.flac
import mutagen.id3
import pytest

from ml_core.audio_file import WRITE_FORMATS, read_tags
from ml_core.audio_file.tagging.blocked import is_false_when_cut, without_times
from ml_core.audio_file.tagging.tag_writing import unheld
from tests.faults.hostile.hostile_pictures import encoded
from tests.ml_core.audio_file.sound_material import save, sound
from tests.ml_core.export.test_export_audio import edit_of, export_edit

FORMATS = tuple(WRITE_FORMATS)
MP4 = ("m4a", "alac")
NOT_SHOWN = ("BPM",)
"""ffmpeg does not show MP4's number of beats a minute."""

FRONT, BACK = encoded("PNG", (8, 8)), encoded("JPEG", (9, 9))
TRUE = {
    # Our name of it in Vorbis comments: (ID3 frame, or "" for a field of one's own; value)
    "TITLE": ("TIT2", "Straße"),
    "ARTIST": ("TPE1", "Björk"),
    "ALBUM": ("TALB", "An album"),
    "ALBUMARTIST": ("TPE2", "Someone"),
    "COMPOSER": ("TCOM", "A composer"),
    "LYRICIST": ("TEXT", "A lyricist"),
    "CONDUCTOR": ("TPE3", "A conductor"),
    "REMIXER": ("TPE4", "A remixer"),
    "DATE": ("TDRC", "2021-03-04"),
    "ORIGINALDATE": ("TDOR", "1999"),
    "GENRE": ("TCON", "Pop"),
    "TRACKNUMBER": ("TRCK", "3/12"),
    "DISCNUMBER": ("TPOS", "1/2"),
    "COPYRIGHT": ("TCOP", "2021 Someone"),
    "GROUPING": ("TIT1", "A group"),
    "SUBTITLE": ("TIT3", "A subtitle"),
    "BPM": ("TBPM", "124"),
    "INITIALKEY": ("TKEY", "Am"),
    "LANGUAGE": ("TLAN", "deu"),
    "MOOD": ("TMOO", "Calm"),
    "MEDIA": ("TMED", "LP"),
    "LABEL": ("TPUB", "A label"),
    "ENCODEDBY": ("TENC", "A person"),
    "ARTISTSORT": ("TSOP", "Bjork"),
    "ALBUMSORT": ("TSOA", "album, An"),
    "TITLESORT": ("TSOT", "Strasse"),
    "COMPILATION": ("TCMP", "1"),
    "DISCSUBTITLE": ("TSST", "The first"),
    "ORIGINALARTIST": ("TOPE", "Another"),
    "CATALOGNUMBER": ("", "CAT 001"),
    "MUSICBRAINZ_ALBUMID": ("", "0f0f0f0f-0000-4000-8000-000000000001"),
    "Songs-DB_Custom1": ("", "my own"),
}
FALSE = {
    "REPLAYGAIN_TRACK_GAIN": "-7.1 dB",
    "R128_TRACK_GAIN": "-437",
    "ISRC": "DEAB12100001",
    "MUSICBRAINZ_TRACKID": "0f0f0f0f-0000-4000-8000-000000000002",
    "ACOUSTID_ID": "0f0f0f0f-0000-4000-8000-000000000003",
    "CHAPTER001": "00:00:10.000",
    "CHAPTER001NAME": "Second part",
    "CUESHEET": "FILE x WAVE",
    "LENGTH": "240000",
    "iTunSMPB": " 00000000 00000840",
    "SYNCEDLYRICS": "[00:12.00]word",
    "Serato_Markers2": "AQFDT0xPU",
}


def tagged(path: Path) -> Path:
    """A song with all of it."""
    save(path, sound())
    file = mutagen.File(path)
    if file.tags is None:
        file.add_tags()
    if not isinstance(file.tags, mutagen.id3.ID3):
        _as_vorbis(file)
    else:
        _as_id3(file.tags)
    file.save()
    return path


def _as_vorbis(file) -> None:
    for name, value in ({n: v for n, (_, v) in TRUE.items()} | FALSE).items():
        file[name] = value
    file["PERFORMER"] = ["One (piano)", "Two (drums)"]
    file["COMMENT"], file["LYRICS"] = "A comment", "Words"
    pictures = [mutagen.flac.Picture(), mutagen.flac.Picture()]
    for one, data, kind in zip(pictures, (FRONT, BACK), (3, 4), strict=True):
        one.data, one.type, one.desc = data, kind, f"kind {kind}"
        one.mime = "image/png" if kind == 3 else "image/jpeg"
    if isinstance(file, mutagen.flac.FLAC):
        for one in pictures:
            file.add_picture(one)
    else:
        file["METADATA_BLOCK_PICTURE"] = [base64.b64encode(p.write()).decode() for p in pictures]


def _as_id3(tags) -> None:
    ids = mutagen.id3
    for name, (frame_id, value) in TRUE.items():
        if frame_id:
            tags.add(getattr(ids, frame_id)(encoding=3, text=[value]))
        else:
            words = "MusicBrainz Album Id" if name == "MUSICBRAINZ_ALBUMID" else name
            tags.add(ids.TXXX(encoding=3, desc=words, text=[value]))
    for name, value in FALSE.items():
        tags.add(ids.TXXX(encoding=3, desc=name, text=[value]))
    tags.add(ids.TXXX(encoding=3, desc="PERFORMER", text=["One (piano)", "Two (drums)"]))
    tags.add(ids.COMM(encoding=3, lang="deu", desc="", text=["A comment"]))
    tags.add(ids.COMM(encoding=3, lang="fra", desc="of the label", text=["Un mot"]))
    tags.add(ids.COMM(encoding=3, lang="eng", desc="iTunNORM", text=[" 000003E8"]))
    tags.add(ids.USLT(encoding=3, lang="deu", desc="", text="[00:10.00]Words"))
    tags.add(ids.SYLT(encoding=3, lang="deu", format=2, type=1, desc="", text=[("Words", 1000)]))
    tags.add(ids.TLEN(encoding=3, text=["240000"]))
    tags.add(ids.TSRC(encoding=3, text=["DEAB12100001"]))
    tags.add(ids.RVA2(desc="track", channel=1, gain=-7.1, peak=0.9))
    tags.add(ids.UFID(owner="http://musicbrainz.org", data=b"0f0f"))
    tags.add(ids.POPM(email="me", rating=200, count=3))
    tags.add(ids.PRIV(owner="TRAKTOR4", data=b"cues"))
    tags.add(ids.WOAR(url="https://example.org/artist"))
    tags.add(ids.APIC(encoding=3, mime="image/png", type=3, desc="kind 3", data=FRONT))
    tags.add(ids.APIC(encoding=3, mime="image/jpeg", type=4, desc="kind 4", data=BACK))


def said_by_ffmpeg(path: Path) -> tuple[str, int]:
    """(all values that it finds, how many pictures)."""
    av = pytest.importorskip("av")
    with av.open(str(path)) as file:
        values = [*file.metadata.values(), *file.metadata]
        n_pictures = sum(stream.type == "video" for stream in file.streams)
        for stream in file.streams.audio:
            values += [*stream.metadata.values(), *stream.metadata]
    return "\n".join(values), n_pictures


@pytest.mark.parametrize(("source", "target"), list(product(("flac", "mp3", "opus"), FORMATS)))
def test_all_that_stays_true_is_kept_and_nothing_else(
    tmp_path: Path, source: str, target: str
) -> None:
    song = tagged(tmp_path / f"song.{source}")
    edit = export_edit(song, edit_of(song), tmp_path / f"edit.{target}", target)
    found = read_tags(edit)
    by_ffmpeg, n_pictures = said_by_ffmpeg(edit)
    for name, (_, value) in TRUE.items():
        assert any(value in values for values in found.texts.values()), (name, found.texts)
        assert value in by_ffmpeg or (target in MP4 and name in NOT_SHOWN), name
    for name, value in FALSE.items():
        assert value.strip() not in by_ffmpeg, name
    assert found.texts["PERFORMER"] == ("One (piano)", "Two (drums)")
    assert found.texts["comment"] == ("A comment",)
    assert found.texts["lyrics"] == ("Words",)
    pictures = [(one.data, one.kind, one.description) for one in found.all_pictures]
    if target in MP4:  # It has no kinds.
        assert pictures == [(FRONT, 3, ""), (BACK, 3, "")]
    else:
        assert pictures == [(FRONT, 3, "kind 3"), (BACK, 4, "kind 4")]
    assert n_pictures == 2 or target in ("wav", "aiff")


def test_id3_keeps_languages_ratings_and_addresses_and_others_name_them(tmp_path: Path) -> None:
    song, said = tagged(tmp_path / "song.mp3"), []
    edit = export_edit(song, edit_of(song), tmp_path / "edit.mp3", "mp3", say=said.append)
    tags = mutagen.File(edit).tags
    assert said == []
    assert tags.getall("COMM::deu")[0].text == ["A comment"]
    assert tags.getall("COMM:of the label:fra")[0].text == ["Un mot"]
    assert tags.getall("USLT::deu")[0].text == "Words"
    assert tags.getall("POPM:me")[0].rating == 200
    assert tags.getall("WOAR")[0].url == "https://example.org/artist"
    for frame_id in ("SYLT", "TLEN", "TSRC", "RVA2", "UFID", "PRIV"):
        assert tags.getall(frame_id) == [], frame_id
    (tmp_path / "edit.edit.json").unlink()
    other = export_edit(song, edit_of(song), tmp_path / "edit.flac", "flac", say=said.append)
    assert len(said) == 1 and "a rating" in said[0] and "language" in said[0]
    flac = mutagen.File(other)
    assert flac["artistwebpage"] == ["https://example.org/artist"]
    assert flac["comment:of the label"] == ["Un mot"]


def test_a_plain_song_loses_nothing(tmp_path: Path) -> None:
    song = tagged(tmp_path / "song.flac")
    for form in WRITE_FORMATS.values():
        held = ("what its pictures are of",) if form.name in MP4 else ()
        assert unheld(form, read_tags(song)) == held, form.name


@pytest.mark.parametrize("name", ["Gain of the amplifier", "Trackman", "BPM", "Original Length?"])
def test_what_only_sounds_alike_is_kept(name: str) -> None:
    assert not is_false_when_cut(name)


def test_lyrics_lose_their_times_alone() -> None:
    timed = "[ti:Song]\n[length:03:20]\n[00:10.50]One <00:11.00>two\n[00:12.00][01:12.00]three"
    assert without_times([timed, "[Chorus]\nLa"]) == ("One two\nthree", "[Chorus]\nLa")


def test_a_tag_of_a_hundred_thousand_comments_and_fields_is_read_at_once(tmp_path: Path) -> None:
    song, ids = save(tmp_path / "song.mp3", sound(1.0)), mutagen.id3
    tags = ids.ID3()
    tags.add(ids.COMM(encoding=3, lang="eng", desc="", text=["x"] * 100_000))
    for number in range(5000):
        tags.add(ids.TXXX(encoding=3, desc=f"field {number}", text=["x"]))
    tags.add(ids.TIT2(encoding=3, text=["Title"]))
    tags.save(song)
    begin = time.process_time()
    found = read_tags(song)
    assert time.process_time() - begin < 5
    assert 1000 < len(found.texts) <= 2000 and 1000 < len(found.texts["comment"]) <= 2000
