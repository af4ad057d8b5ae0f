"""Names and sentences that agents have chosen, on a terminal."""


def printable(text: str) -> str:
    r"""The text, with escapes for what a terminal would obey or hide instead of showing it.

    >>> printable("böb, the 100%"), printable("bob\x1b[2J\u202egpj")
    ('böb, the 100%', 'bob\\x1b[2J\\u202egpj')
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
