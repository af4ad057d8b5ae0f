"""Values of tags: spelled so that no name breaks a datagram, and bounded in number."""

import re

MAX_LABEL = 100
OTHER = "other"
NONE = "none"
_UNFIT = re.compile(r"[^\w\-./]")


def label(name: str | None) -> str:
    """A name as the value of a tag: lower case, without what separates tags.

    >>> label("Sales|EU,#1"), label(None)
    ('sales_eu__1', 'none')
    """
    return _UNFIT.sub("_", name.lower())[:MAX_LABEL] if name else NONE


class Labels:
    """Tells the first `limit` names apart; all that come later share the label `other`.

    >>> fleets = Labels(limit=1)
    >>> [fleets(name) for name in ("Sales", "ops", "Sales")]
    ['sales', 'other', 'sales']
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._known: dict[str | None, str] = {}

    def __call__(self, name: str | None) -> str:
        known = self._known.get(name)
        if known is None:
            if len(self._known) >= self._limit:
                return OTHER
            known = self._known[name] = label(name)
        return known
