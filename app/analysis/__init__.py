"""Analyses beside the fold: on what it has put out, never in its path."""
