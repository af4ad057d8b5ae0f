"""What bytes that no fold has written can do to a decoder."""

import msgspec

UNREADABLE: tuple[type[Exception], ...] = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""Raised for what is no JSON or has other fields, for strings that are no UTF-8, and for nesting without end."""
