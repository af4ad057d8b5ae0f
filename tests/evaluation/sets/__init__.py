"""The public sets, by name: how each is folded and scored. A new one is a file here and a line below."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.evaluation.figure import Effort, Figure
from tests.evaluation.folded import Folded
from tests.evaluation.sets.agentdojo import agentdojo
from tests.evaluation.sets.avalon import avalon
from tests.evaluation.sets.bitcoin import bitcoin_blind, bitcoin_otc
from tests.evaluation.sets.collegemsg import collegemsg
from tests.evaluation.sets.govsim import govsim
from tests.evaluation.sets.ibm_aml import POLICY, ibm_aml
from tests.evaluation.sets.ipd import ipd
from tests.evaluation.sets.looptrip import looptrip
from tests.evaluation.sets.nab import nab
from tests.evaluation.sets.nezha import nezha
from tests.evaluation.sets.who_when import who_when


class PublicSet(NamedTuple):
    """What scores a folded set, and the policy under which it is folded, where that is not the built-in one."""

    figures: Callable[[Folded, Effort], list[Figure]]
    policy: bytes | None = None


SETS: Mapping[str, PublicSet] = {
    "collegemsg": PublicSet(collegemsg),
    "ibm_aml": PublicSet(ibm_aml, POLICY),
    "who_when": PublicSet(who_when),
    "looptrip": PublicSet(looptrip),
    "govsim": PublicSet(govsim),
    "avalon": PublicSet(avalon),
    "nezha": PublicSet(nezha),
    "agentdojo": PublicSet(agentdojo),
    "bitcoin_blind": PublicSet(bitcoin_blind),
    "bitcoin_otc": PublicSet(bitcoin_otc),
    "ipd": PublicSet(ipd),
    "nab": PublicSet(nab),
}
