"""One start of a window, timed from before its process began: `bench_window` runs this.

    window_first_paint.py app STARTED PROJECT PLACE | window_first_paint.py empty STARTED

STARTED is the time at which the process was asked for. The first line printed is when the window
had been painted, and which heavy modules were loaded by then; the second when what the place holds
had been painted as well. The app then goes on to rate a pair with its own workers, and prints which
modules are loaded after that.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

STARTED_S = float(sys.argv[2])
HEAVY = ("torch", "scipy", "librosa")
LIMIT_MS = 120_000


def tell(**facts: object) -> None:
    loaded = [name for name in HEAVY if name in sys.modules]
    print(json.dumps({**facts, "heavy": loaded}), flush=True)


def watch(window: object, then: object = None) -> None:
    """Tell when the first exposure of a window has been painted and flushed."""
    from PySide6.QtCore import QCoreApplication, QEvent, QObject

    class Watch(QObject):
        is_over = False

        def eventFilter(self, target: QObject, event: QEvent) -> bool:
            if self.is_over or event.type() != QEvent.Type.Expose:
                return False
            self.is_over = True
            # Qt paints the whole window and hands it to the screen within this event.
            QCoreApplication.sendEvent(target, event)
            tell(painted_s=time.time() - STARTED_S, cpu_s=time.process_time())
            if callable(then):
                then()
            return True

    handle = window.windowHandle()  # type: ignore[attr-defined]
    watcher = Watch(handle)
    handle.installEventFilter(watcher)


def empty() -> int:
    """An empty window with one plot."""
    import pyqtgraph
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(pyqtgraph.PlotWidget())
    window.resize(1280, 800)
    window.show()
    watch(window, lambda: QTimer.singleShot(0, app.quit))
    return app.exec()


def app(project: Path, place: str) -> int:
    """Tastecut as it starts, but that it tells when it was painted, then rates one pair."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from editor_app import app as tastecut
    from editor_app.frame.main_window import MainWindow
    from editor_app.settings import Settings

    settings = Settings()
    settings.place = place
    settings.listen_first = False
    settings.sync()
    windows: list[MainWindow] = []
    timer: list[QTimer] = []

    def tell_filled() -> None:
        window = windows[0]
        if not window.place:
            QTimer.singleShot(0, tell_filled)
            return
        QApplication.sendPostedEvents()  # Its layout.
        window._places[window.place].repaint()
        tell(filled_s=time.time() - STARTED_S)
        QTimer.singleShot(300, rate)

    def rate() -> None:
        window = windows[0]
        window.show_place("rate")
        view = window._places["rate"]
        count = window._project._store.ratings.count  # Nobody listens: all are by eye.
        before = count(include_skips=True)
        waited: list[int] = []

        def step() -> None:
            waited.append(1)
            n_rated = count(include_skips=True)
            if n_rated > before and view._model.holds_pair:
                tell(rated=n_rated - before)
                window.close()
            elif len(waited) * 100 > LIMIT_MS:
                tell(rated=0)
                window.close()
            elif n_rated == before:
                window.actions_by_id["rate_a"].trigger()

        made = QTimer()
        timer.append(made)
        made.timeout.connect(step)
        made.start(100)

    show = MainWindow.show

    def watched(window: MainWindow) -> None:
        windows.append(window)
        show(window)
        watch(window, tell_filled)

    MainWindow.show = watched  # type: ignore[method-assign]
    return tastecut.main(["--project", str(project)])


if __name__ == "__main__":
    sys.exit(empty() if sys.argv[1] == "empty" else app(Path(sys.argv[3]), sys.argv[4]))
