"""All breakers of a process, in one place: made once each, and heard together."""

from collections.abc import Callable, Iterator

from app.breakers.breaker import Breaker, Limits, StateChange


class Breakers:
    """Breakers by the name of what lies behind them.

    >>> breakers = Breakers()
    >>> breakers.of("redis") is breakers.of("redis")
    True
    >>> [(breaker.name, breaker.state) for breaker in breakers]
    [('redis', 'closed')]
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._breakers: dict[str, Breaker] = {}
        self._listeners: list[Callable[[StateChange], None]] = []

    def of(self, name: str, limits: Limits | None = None) -> Breaker:
        """The breaker of that name; `limits` count when it is made."""
        if name not in self._breakers:
            self._breakers[name] = Breaker(name, limits or self._limits, self.tell)
        return self._breakers[name]

    def listen(self, listener: Callable[[StateChange], None]) -> None:
        """Have every change of every breaker told, from now on."""
        self._listeners.append(listener)

    def tell(self, change: StateChange) -> None:
        """Have a change told, of a breaker or of what is held back as by one."""
        for listener in self._listeners:
            listener(change)

    def __iter__(self) -> Iterator[Breaker]:
        return iter(self._breakers.values())
