"""What pytest must not import here."""

collect_ignore = ["deadly.py", "slow.py"]  # programs: importing one changes the fold of this process
