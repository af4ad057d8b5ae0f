"""A game of hidden roles: which players are evil, which proposed teams will be voted down."""

from collections import Counter

from msgspec import Struct

from tests.evaluation.figure import Effort, Figure
from tests.evaluation.folded import Folded
from tests.evaluation.groups import Groups, auc_estimate, grouped, pooled_auc


class Content(Struct):
    """The outcome of a mission, among others."""

    kind: str
    result: str = ""
    team: tuple[str, ...] = ()


def avalon(folded: Folded, effort: Effort) -> list[Figure]:
    """AUC of the risk of proposals that end up rejected; AUC of the final Byzantine score of evil players."""
    rejected, missions = _proposals(folded)
    evil, failing = _players(folded)
    return [
        Figure(
            detector="conflict",
            set=folded.name,
            metric="AUC of rejected proposals",
            estimate=auc_estimate(rejected, effort.resamples),
            cases=sum(map(len, rejected)),
            naive=pooled_auc(missions),
            naive_is="mission number",
            goal=0.8,
            cost_us=folded.cost_us,
        ),
        Figure(
            detector="byzantine",
            set=folded.name,
            metric="AUC of evil players",
            estimate=auc_estimate(evil, effort.resamples),
            cases=sum(map(len, evil)),
            naive=pooled_auc(failing),
            naive_is="share of own missions that failed",
            goal=0.8,
            cost_us=folded.cost_us,
        ),
    ]


def _proposals(folded: Folded) -> tuple[Groups, Groups]:
    ours, naive = [], []
    for label in folded.labelled("conflict", "message"):
        position = folded.positions[label.id]
        metadata = folded.messages[position].metadata
        ours.append((metadata.run, (label.label == 1, folded.decisions[position].risk)))
        naive.append((metadata.run, (label.label == 1, float(metadata.round or 0))))
    return grouped(ours), grouped(naive)


def _players(folded: Folded) -> tuple[Groups, Groups]:
    missions: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for content in folded.contents(Content):
        if content.kind == "mission_result":
            missions.update(content.team)
            failed.update(content.team if content.result == "fail" else ())
    labels = folded.labelled("byzantine", "agent")
    ours = [(each.run, (each.label == 1, folded.agent(each.id).scores.byzantine)) for each in labels]
    naive = [(each.run, (each.label == 1, failed[each.id] / (missions[each.id] or 1))) for each in labels]
    return grouped(ours), grouped(naive)
