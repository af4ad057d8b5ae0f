"""The live terminal view: `feed` reads the topics, `state` keeps what is shown, the rest draws it."""
