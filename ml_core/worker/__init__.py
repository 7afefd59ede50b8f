"""Processes that run tasks by name, and the handle by which another process drives them.

Why processes: importing torch in the window's process stalls it by a third of a second, fails
on Windows once Qt is loaded, and a child that ends frees its CUDA memory (each was measured).
Nothing heavy is imported here: the child loads a task's module when it is first asked for. A
program that is to be frozen calls `multiprocessing.freeze_support()` first of all.
"""

from ml_core.worker.handle import TASKS, Worker, WorkerGone
from ml_core.worker.messages import Crashed, Message, Progressed, Ready, Refused, Stopped, Succeeded

__all__ = [
    "TASKS",
    "Crashed",
    "Message",
    "Progressed",
    "Ready",
    "Refused",
    "Stopped",
    "Succeeded",
    "Worker",
    "WorkerGone",
]
