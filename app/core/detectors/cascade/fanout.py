"""A burst fan-out: an agent that nobody had prompted reaches many new others, who neither answer it nor meet again.

What is ordinary looks different: an agent that passes on what it got has been reached itself before; one that
delegates is answered; the branches of work that was scattered meet where it is gathered. What is left is an
amplification point with nothing behind it, a superspreader (J. O. Lloyd-Smith et al., "Superspreading and the effect
of individual variation on disease emergence", Nature 438, 2005), judged against the fan-outs of its fleet.
"""

from msgspec.structs import replace

from app.core import incidents
from app.core.context import Context
from app.core.detectors.cascade import rhythm
from app.core.detectors.cascade.branching import final_size, reproduction
from app.core.detectors.cascade.rhythm import Times
from app.core.entries import FanOut, SpreadEntry
from app.core.interaction import Interaction
from app.core.suspicion import suspect
from app.core.table import Key
from app.events import AlertAgent

MAX_TARGETS = 32
MAX_MET = 16
MAX_EVIDENCE = 16
"""What is remembered of one fan-out: its first targets, where they meet; constants of engine version 1."""
RETURN_SHARE = 0.25
"""From this share of the targets on it counts that they answer, or that they, at least two, meet again."""
PROMPTED = 2
"""Windows within which a message from others may be why an agent sends."""
EARLY = 0.25
"""The part of the policy's share that is out of line even before the window is over."""
LARGE = 8.0
"""A fan-out to this many is half as severe as can be."""


def reach(context: Context, interaction: Interaction, entry: SpreadEntry, times: Times) -> None:
    """The agent of `entry`, which is to be changed, sends to others; that counts unless something has prompted it."""
    known, targets = entry.fanout, interaction.targets
    if known is not None and times.known and context.now - known.last > times.pace:
        judge(context, interaction.sender, known)
        entry.reached, entry.fanout = known.targets, None
        known = None
    if known is None:
        prompted = entry.heard_at and context.now - entry.heard_at <= PROMPTED * times.window
        if prompted or len(targets) > MAX_TARGETS:
            return
        known = FanOut(context.now, ())
    if len(known.targets) >= MAX_TARGETS:
        return
    new = tuple(target for target in targets if target not in known.targets and target not in entry.reached)
    if new:
        entry.fanout = replace(
            known,
            last=context.now,
            targets=(*known.targets, *new)[:MAX_TARGETS],
            evidence=(*known.evidence, context.offset)[-MAX_EVIDENCE:],
            looked=False,
            handed=known.handed and interaction.act == "transfer",
        )


def heard_back(context: Context, hub: SpreadEntry, key: Key, sender: str) -> None:
    """Something comes back to the hub from one of its targets."""
    fanout = hub.fanout
    if fanout is None or sender not in fanout.targets or sender in fanout.active:
        return
    changed = context.state.spread.edit(key)
    assert changed is not None
    changed.fanout = replace(fanout, active=(*fanout.active, sender), answers=fanout.answers + 1)


def passed_on(context: Context, hub: str, sender: str, targets: tuple[str, ...]) -> None:
    """A target of a hub sends on to others, where other targets may have sent to, too."""
    key = (context.fleet, hub)
    entry = context.state.spread.get(key)
    if entry is None or entry.fanout is None or sender not in entry.fanout.targets:
        return
    met = dict(entry.fanout.met)
    for target in targets:
        if target in met or len(met) < MAX_MET:
            met[target] = met.get(target, 0) + 1
    changed = context.state.spread.edit(key)
    assert changed is not None
    active = entry.fanout.active
    changed.fanout = replace(
        entry.fanout, met=tuple(met.items()), active=active if sender in active else (*active, sender)
    )


def due(fanout: FanOut, window: int) -> int:
    """When to look at it next (event time, ms): half a window after its last target, and a whole one."""
    return fanout.last + (window if fanout.looked else window // 2)


def looks_ordinary(context: Context, hub: str, fanout: FanOut) -> bool:
    """The early look: False where the fan-out is so far out of line, and so quiet, that there is an alert at once."""
    share = rhythm.share_as_large(context, len(fanout.targets))
    if fanout.active or share > EARLY * context.policy.cascade.ordinary or _small(context, fanout):
        return True
    _report(context, hub, fanout, share)
    return False


def judge(context: Context, hub: str, fanout: FanOut) -> None:
    """A fan-out is over: an alert where it is out of line and nothing makes it ordinary."""
    reached = len(fanout.targets)
    share = rhythm.share_as_large(context, reached)
    rhythm.finished(context, reached)
    if share <= context.policy.cascade.ordinary and not _small(context, fanout) and not _returns(fanout):
        _report(context, hub, fanout, share)


def _small(context: Context, fanout: FanOut) -> bool:
    """Whether too few are left with it: those that send on are for the forest to judge."""
    policy = context.policy.cascade
    least = policy.min_handovers if fanout.handed else policy.min_fanout
    return len(fanout.targets) - len(fanout.active) < least


def _returns(fanout: FanOut) -> bool:
    """Whether its branches meet again, or answer."""
    together = max((count for _, count in fanout.met), default=0)
    some = RETURN_SHARE * len(fanout.targets)
    return together >= max(2.0, some) or fanout.answers >= max(1.0, some)


def _report(context: Context, hub: str, fanout: FanOut, share: float) -> None:
    reached = len(fanout.targets)
    severity = reached / (reached + LARGE)
    onward = sum(count for _, count in fanout.met)
    r = reproduction(reached + onward, 1 + reached).mean
    agents = rhythm.rhythm(context).agents
    suspect(context, hub, "cascade", severity)
    incidents.report(
        context,
        incidents.Finding(
            pattern="cascade",
            subject=hub,
            severity=severity,
            agents=(AlertAgent(hub, "culprit"), *(AlertAgent(target, "victim") for target in fanout.targets)),
            evidence=fanout.evidence,
            explanation=f"{hub}, which nobody had prompted, reached {reached} others in one go, as many as only "
            f"{share:.1%} of this fleet's agents, and none of them answered.",
            suggested_action=f"hold back what {hub} sends until it is known what it is for",
            due=context.now + int(context.policy.incident.quiet_s * 1000.0),
            reproduction_number=round(r, 6),
            expected_final_size=round(final_size(1 + reached + onward, onward, r, agents), 6),
        ),
    )
