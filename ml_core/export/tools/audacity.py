"""Audacity's labels: a line for each piece of the edit and each join."""

from __future__ import annotations

from ml_core.export.tools.clips import ClipProject, plain_line


def audacity_text(project: ClipProject) -> str:
    """Start and end in seconds of the edit, a tab between, then what it is."""
    lines = []
    for clip in project.tracks[0].clips:
        start_s = project.seconds(clip.at_samples)
        end_s = project.seconds(clip.at_samples + clip.n_samples)
        from_s = project.seconds(clip.from_samples)
        lines.append(f"{start_s:.9f}\t{end_s:.9f}\t{plain_line(clip.name)}, from {from_s:.3f} s")
    for number, at in enumerate(project.joins_samples, start=1):
        at_s = project.seconds(at)
        lines.append(f"{at_s:.9f}\t{at_s:.9f}\tJoin {number}")
    return "\n".join(lines) + "\n"
