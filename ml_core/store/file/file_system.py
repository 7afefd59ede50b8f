"""What the project's folder lies on, as far as it bears on ratings being safe there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

MOUNTS = Path("/proc/self/mounts")

# File systems whose locks or shared memory SQLite's WAL can't rely on.
_NETWORK = ("9p", "afs", "ceph", "cifs", "davfs", "glusterfs", "ncpfs", "nfs", "nfs4", "smb3")
_NETWORK_FUSE = ("sshfs", "rclone", "s3fs", "davfs", "gvfsd", "curlftpfs")


def network_file_system(folder: Path) -> str | None:
    """The kind of network file system that a folder lies on; None for a disk of this computer."""
    if sys.platform == "win32":  # pragma: no cover
        return "network drive" if str(folder.absolute()).startswith("\\\\") else None
    try:
        mounts = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:  # Not Linux: nothing is known, nothing is said.
        return None
    resolved = os.path.realpath(folder)
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        inside = resolved == point or resolved.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, fields[2]
    is_fuse = kind.startswith("fuse.") and kind[5:].startswith(_NETWORK_FUSE)
    return kind if kind in _NETWORK or is_fuse else None
