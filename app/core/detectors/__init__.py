"""The pattern detectors: a file or a folder each, listed in `app/core/detectors/listed.py`."""
