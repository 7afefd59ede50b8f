"""Which key of a keyboard was pressed, whatever it types: named by what a US keyboard prints there.

A digit's key on the number pad is named "kp1". X11 and Wayland tell the kernel's code plus 8, and
Windows the scan code from which the kernel's was made: in the block of letters they are one table.
macOS tells virtual keys of its own (HIToolbox/Events.h, kVK_ANSI_A and on).
"""

from __future__ import annotations

from types import MappingProxyType

DIGITS = "1234567890"
ROWS = ("`1234567890-=", "qwertyuiop[]", "asdfghjkl;'\\", "zxcvbnm,./")
"""What a US keyboard prints, row by row."""

SHIFTED_ROWS = ("~!@#$%^&*()_+", "QWERTYUIOP{}", 'ASDFGHJKL:"|', "ZXCVBNM<>?")
BESIDE_Z = "<"
"""The key between Shift and Z, which US keyboards lack."""

KEYPAD = "kp"

_XKB_OFFSET = 8
_ROW_CODES = {2: "1234567890-=", 16: "qwertyuiop[]", 30: "asdfghjkl;'`", 43: "\\zxcvbnm,./"}
_KEYPAD_CODES = {71: "789", 75: "456", 79: "123", 82: "0"}
_MAC_ROWS = {
    0x00: "asdfhgzxcv", 0x0B: "bqweryt123465=97-80]ou[ip", 0x25: "lj'k;\\,/nm.", 0x32: "`",
}  # fmt: skip
_MAC_KEYPAD = {0x52: "01234567", 0x5B: "89"}


def _scan_codes() -> dict[int, str]:
    made = {first + n: key for first, row in _ROW_CODES.items() for n, key in enumerate(row)}
    made[86] = BESIDE_Z
    for first, row in _KEYPAD_CODES.items():
        made |= {first + n: KEYPAD + key for n, key in enumerate(row)}
    return made


def _mac_keys() -> dict[int, str]:
    made = {first + n: key for first, row in _MAC_ROWS.items() for n, key in enumerate(row)}
    made[0x0A] = BESIDE_Z
    for first, row in _MAC_KEYPAD.items():
        made |= {first + n: KEYPAD + key for n, key in enumerate(row)}
    return made


SCAN_CODES = MappingProxyType(_scan_codes())
MAC_KEYS = MappingProxyType(_mac_keys())


def key_at(platform: str, scan_code: int, virtual_key: int) -> str:
    """The key's name; empty for one that types nothing, or where the system does not tell it.

    Args:
        platform: Qt's name of it.
        scan_code, virtual_key: as a `QKeyEvent` has them.
    """
    if platform == "xcb" or platform.startswith("wayland"):
        return SCAN_CODES.get(scan_code - _XKB_OFFSET, "")
    if platform == "windows":
        return SCAN_CODES.get(scan_code, "")
    # A key event that no keyboard sent (a test's, a screen reader's) has no code at all.
    if platform == "cocoa" and scan_code:
        return MAC_KEYS.get(virtual_key, "")
    return ""
