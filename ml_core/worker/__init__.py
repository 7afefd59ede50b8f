"""Processes that run tasks by name, and the handle by which another process drives them.

Processes have three reasons, each of them measured. Importing torch in the window's process stalls
it by a third of a second. It fails on Windows once Qt is loaded. A child that ends frees its CUDA
memory. Nothing heavy is imported here, since the child loads a task's module when it is first asked
for. A program that is to be frozen calls `multiprocessing.freeze_support()` first of all.
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
