"""The loop detector: cycles that messages close, and exchanges that go round without progress."""
