"""What is known of each kind of outputs: everything, wherever a task is used."""

import pytest

from tests.data.surveys import TASKS
from tests.helpers.parameters import params_with
from tuning_fork.calibration.calibrations import CALIBRATIONS
from tuning_fork.catalogue.answers import VALUES
from tuning_fork.catalogue.formats.columns import MEANINGS
from tuning_fork.catalogue.rows import SHOWN
from tuning_fork.evaluation.baseline import LEARNERS
from tuning_fork.evaluation.metrics import METRICS
from tuning_fork.evaluation.reliability import RELIABILITY
from tuning_fork.explorer.page import ANSWERS
from tuning_fork.explorer.run_galaxies import FRACTIONS
from tuning_fork.figures import reliability_figures, run_figures
from tuning_fork.networks.heads import HEADS
from tuning_fork.reporting import model_card
from tuning_fork.reporting.run_page import headline, page, telling
from tuning_fork.study import report

REGISTRIES = [
    *(CALIBRATIONS, HEADS, LEARNERS, MEANINGS, METRICS, RELIABILITY, SHOWN, VALUES),
    *(run_figures.KINDS, reliability_figures.KINDS, report.KINDS, model_card.OUTPUTS),
    *(headline.KINDS, page.TREES, telling.KINDS, ANSWERS, FRACTIONS),
]


@pytest.mark.parametrize("known", REGISTRIES)
def test_every_kind_of_outputs_has_a_head_a_calibration_metrics_and_figures(known: dict[str, object]) -> None:
    assert known.keys() == {task.kind for task in TASKS.values()}


@pytest.mark.parametrize("task", TASKS)
def test_params_yaml_may_name_every_task(task: str) -> None:
    assert params_with(labels={"task": task, "confidence": 0.0}).labels.task == task


def test_the_metrics_of_a_kind_have_names_of_their_own_and_one_decides() -> None:
    for task in TASKS.values():
        metrics = METRICS[task.kind](task)
        assert len({metric.name for metric in metrics}) == len(metrics)
        assert [metric.is_decisive for metric in metrics].count(True) == 1
        assert all(metric.resampled for metric in metrics if metric.is_decisive or metric.test)
