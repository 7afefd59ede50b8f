"""Sound that FFmpeg's libraries (PyAV) decode and encode: M4A, WMA, WavPack, films."""
