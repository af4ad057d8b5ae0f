"""What pytest must not import here."""

collect_ignore = ["deadly.py"]  # a program: importing it makes the fold of this process deadly
