"""The simulator's scenarios, scored against its truth."""
