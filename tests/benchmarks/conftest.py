"""The contestants are programs that read what to do from their environment: no test collects them."""

collect_ignore = ["contestants"]
