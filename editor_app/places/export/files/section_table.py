"""Which sections the dialog has, from the top."""

from __future__ import annotations

from editor_app.places.export.files.loudness import LoudnessSection
from editor_app.places.export.files.names import NamesSection
from editor_app.places.export.files.other_tools import OtherToolsSection
from editor_app.places.export.files.section import FilesSection
from editor_app.places.export.files.sound import SoundSection
from editor_app.places.export.files.stems import StemsSection
from editor_app.places.export.files.tags import TagsSection

SECTIONS: tuple[type[FilesSection], ...] = (
    SoundSection,
    NamesSection,
    TagsSection,
    LoudnessSection,
    OtherToolsSection,
    StemsSection,
)
