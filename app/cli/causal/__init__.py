"""The causal graph on the terminal: `source` reads it, `show` draws it."""
