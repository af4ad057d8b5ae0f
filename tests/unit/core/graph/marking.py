"""A loop in a log's graph, without the detector that would find it."""

from app.core import incidents
from app.core.clock import enter
from app.events import AlertAgent
from tests.unit.core.graph.graphing import FLEET, GraphLog


def loop_found(log: GraphLog, members: tuple[str, ...], lasts_s: float = 60.0, turns: int = 4) -> None:
    """Report it as of now; it ends unless it is reported again."""
    context = enter(log.fold.state, FLEET, log.offset + 1, log.now, None)
    incidents.report(
        context,
        incidents.Finding(
            pattern="routing_loop",
            subject=members[0],
            severity=0.5,
            agents=(AlertAgent(members[0], "culprit"),),
            evidence=(0,),
            explanation="It goes round.",
            suggested_action="stop it",
            due=context.now + int(lasts_s * 1000),
            cycle=members,
            turns=turns,
        ),
    )
    log.fold.state.merge()
    log.told += context.effects.graph
