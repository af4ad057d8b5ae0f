"""The analyst: a language model outside that is asked what it makes of alerts, and whose opinion stands on record.

Nothing waits for it, and nothing follows from what it says (docs/analyst.md).
"""
