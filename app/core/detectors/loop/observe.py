"""What the loop detector does with a message."""

from app.core.context import Context
from app.core.detectors.loop import cycles, recall, report, turns
from app.core.detectors.loop.sketch import TRANSFER, sketch_of
from app.core.entries import Sent
from app.core.interaction import Interaction
from app.core.trust import decimals

MAX_TARGETS = 4
"""A message to more than this is an announcement; a constant of engine version 1."""


def observe(context: Context, interaction: Interaction) -> None:
    """Find the cycles that the message closes, and whether it goes round without progress."""
    targets = interaction.targets
    if not targets:
        return
    sent = _sent(context, interaction)
    worded = sent.sketch not in (b"", TRANSFER) and len(targets) <= MAX_TARGETS
    repeated = _repeats(context, interaction, sent) if worded else 0
    found = cycles.close(context, interaction, sent, repeated)
    if sent.sketch == TRANSFER:
        cycles.report_returned(context, found)


def _sent(context: Context, interaction: Interaction) -> Sent:
    sketch = sketch_of(interaction, context.policy.loop.waiting)
    return Sent(context.now, context.offset, interaction.targets, interaction.matter, sketch)


def _repeats(context: Context, interaction: Interaction, sent: Sent) -> int:
    """Compare the message with what its sender said before; returns how many in a row were the same."""
    sender, policy = interaction.sender, context.policy.loop
    latest = recall.latest(context, sender)
    said = turns.of_matter(latest, sent.matter)
    count = 1
    if said:
        context.effects.score("loop", decimals(turns.score(said, sent.sketch)))
        count = turns.turns(said, sent.sketch, policy.alike)
    repeated = recall.repeated(context, sender, latest, sent)
    if count >= policy.turns:
        way = turns.way_round(context, sender, sent.targets, said)
        if way is not None:
            message = interaction.message
            report.routing_loop(context, message.conversation or sender, way)
            return repeated
    asked_for = interaction.message.message_type == "response"
    if not asked_for and (count >= policy.exchange_turns or repeated + 1 >= policy.row):
        evidence = tuple(each.offset for each in latest if each.targets == sent.targets)
        turned = max(count, repeated + 1)
        report.repeated_exchange(context, sender, sent.targets, (*evidence, context.offset), turned)
    return repeated
