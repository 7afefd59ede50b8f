"""The analyser's version: kept analyses of another one are made anew."""

ANALYSER_VERSION = "9"


def corrected_version(key: str) -> str:
    """The version of an analysis whose grid was corrected; `key` as in `Corrections.key`."""
    return f"{ANALYSER_VERSION}+{key}" if key else ANALYSER_VERSION


def correction_key(version: str) -> str:
    """The key in an analysis' version; empty where nothing was corrected."""
    return version.partition("+")[2]
