"""The analyser's version: kept analyses of another one are made anew."""

ANALYSER_VERSION = "6"
