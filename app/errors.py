"""What every error of ours has in common."""


class RingfenceError(Exception):
    """Its message is one line for a person: what is wrong, and what to do about it.

    The command line prints it and exits with `exit_code`, without a traceback.
    """

    exit_code = 1
