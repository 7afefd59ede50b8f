"""Names of the edit features, and what a taste for less or more of each is called."""

from __future__ import annotations

from ml_core.edits.features.song_features import SONG_FEATURES

FEATURE_WORDS: dict[str, tuple[str, str]] = {
    "keep_ratio": ("less of the song", "more of the song"),
    "keep_ratio_squared": ("about half the song", "nearly nothing or nearly all of the song"),
    "log_duration": ("shorter edits", "longer edits"),
    "log_duration_squared": ("medium lengths", "very short or very long edits"),
    "cuts": ("fewer cuts", "more cuts"),
    "cuts_per_minute": ("calmer cutting", "denser cutting"),
    "segment_mean": ("short parts", "long parts"),
    "segment_min": ("some very short parts", "no short parts"),
    "segment_max": ("no long part", "one long part"),
    "join_cost_mean": ("smooth joins", "bold joins"),
    "join_cost_max": ("no rough join", "a rough join or two"),
    "join_cost_sum": ("little roughness in all", "more roughness in all"),
    "energy": ("calm parts", "energetic parts"),
    "onset_density": ("sparse playing", "busy playing"),
    "brightness": ("dark sound", "bright sound"),
    "repetition": ("parts heard only once", "parts that come again"),
    "hook_precision": ("less of the main part", "mostly the main part"),
    "hook_recall": ("main part cut short", "all of the main part"),
    "redundancy": ("no repeats within the edit", "repeats kept"),
    "echo": ("ever new music", "music that comes again"),
    "coverage": ("few of the song's ideas", "all of the song's ideas"),
    "intro_kept": ("without the intro", "with the intro"),
    "outro_kept": ("without the last section", "with the last section"),
    "start_kept": ("without the first seconds", "with the song's very start"),
    "end_kept": ("without the last seconds", "with the song's very end"),
    "opening_energy": ("a quiet start", "a strong start"),
    "opening_hook": ("a start away from the main part", "a start with the main part"),
    "dynamics": ("even loudness", "loud and quiet in turn"),
    "trend": ("calming down towards the end", "building up towards the end"),
    "ending": ("an early end", "the song's own ending"),
    "closing_energy": ("a quiet close", "a loud close"),
    "final_energy": ("a quiet last part", "a loud last part"),
    "position": ("the earlier part of the song", "the later part of the song"),
    "sections_covered": ("few of the sections", "all of the sections"),
    "voice_kept": ("less of the singing", "all of the singing"),
    "voice_share": ("the instrumental parts", "the sung parts"),
    "opening_voice": ("an instrumental start", "a start with singing"),
}
"""Of each feature: what a taste for less of it, and for more of it, is called."""

EDIT_FEATURES: tuple[str, ...] = tuple(FEATURE_WORDS)
"""What an edit is like."""

FEATURE_NAMES: tuple[str, ...] = EDIT_FEATURES + SONG_FEATURES
"""All columns: what the edit is like, then what its song is like."""
