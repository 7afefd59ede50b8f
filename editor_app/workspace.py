"""What the window's places, panels and commands work with."""

from __future__ import annotations

from dataclasses import dataclass

from editor_app.keys.actions import Actions
from editor_app.notifier import Notifier
from editor_app.project.project import Project
from editor_app.settings import Settings
from editor_app.sound.player import Player
from editor_app.work.jobs import Jobs
from editor_app.work.library import Library


@dataclass(frozen=True, slots=True)
class Workspace:
    """One window's parts, made and ended by `app`. Who needs only one or two takes just these.

    Attributes:
        project: the open project.
        jobs: runs tasks in worker processes.
        player: the one user of the sound device.
        library: adds songs and has them analysed.
        actions: the window's commands by id.
        notifier: says something to the person.
        settings: the person's own.
    """

    project: Project
    jobs: Jobs
    player: Player
    library: Library
    actions: Actions
    notifier: Notifier
    settings: Settings
