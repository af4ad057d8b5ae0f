"""The mirror: what the log and its tables say, in Redis, for whoever reads there. Its keys: docs/mirror.md."""
