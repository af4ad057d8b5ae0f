"""D12, SIM-2: `make evaluate`, in a small form, from one end to the other."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from tests.evaluation.conftest import Convert
from tests.evaluation.figure import QUICK, Effort, Figure
from tests.evaluation.folded import fold_set
from tests.evaluation.report import write
from tests.evaluation.sets import SETS
from tests.evaluation.simulated.attacks import ATTACKS, attack_figures, outcome, plan_of
from tests.evaluation.simulated.calm import SCENARIOS, calm_figures, plans, quiet

pytestmark = [pytest.mark.evaluation]

SMALL = ("ibm_aml", "looptrip", "who_when", "govsim", "avalon")
"""Those that fold in seconds."""


@pytest.mark.parametrize("name", SMALL)
def test_a_public_set_is_scored_from_what_the_fold_writes(name: str, convert: Convert, tmp_path: Path) -> None:
    folded = fold_set(name, convert(name).parent, tmp_path, SETS[name].policy)
    figures = SETS[name].figures(folded, QUICK)
    assert figures
    for figure in figures:
        assert figure.cases > 0
        assert figure.estimate.score is not None


@pytest.mark.parametrize("scenario", ATTACKS)
def test_a_scenario_is_scored_against_its_truth(scenario: str) -> None:
    figures = attack_figures(scenario, [outcome(plan_of(scenario, 0))], QUICK)
    assert [figure.metric.split()[0] for figure in figures] == ["precision", "recall", "median", "median"]
    assert figures[1].estimate.score is not None, "the scenario has a truth"


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_calm_day_is_counted_in_agent_hours(scenario: str) -> None:
    plan = replace(next(plans(scenario, 1.0)), duration_s=3600.0)
    figure, _ = calm_figures(scenario, [quiet(plan)])
    assert figure.cases == plan.agents
    assert figure.estimate.high is not None


def test_figures_are_written_for_people_and_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = attack_figures("loop", [outcome(plan_of("loop", 1))], Effort(resamples=10))
    write(figures, tmp_path / "deep" / "figures.json")
    assert "routing_loop" in capsys.readouterr().out
    assert msgspec.json.decode((tmp_path / "deep" / "figures.json").read_bytes(), type=list[Figure]) == figures
