"""The tasks by name, as params.yaml's labels.task has them."""

import json
from collections.abc import Callable, Mapping

from tuning_fork.core.errors import UserError
from tuning_fork.surveys.survey import LABELLED, Survey, load_survey
from tuning_fork.tasks.binary import binary
from tuning_fork.tasks.classes import classes
from tuning_fork.tasks.shares import regression, regression_all
from tuning_fork.tasks.task import Task
from tuning_fork.tasks.votes import all_answers

TASKS: dict[str, Callable[[Survey], Task]] = {
    "binary": binary,
    "regression": regression,
    "regression-all": regression_all,
    "votes": all_answers,
    "classes": classes,
}
"""What makes the task of a survey; a ValueError if the survey has not the answers that it needs."""
OF_ALL_GALAXIES = frozenset({"votes"})
"""Those that learn from all galaxies, not from those which labels.confidence chooses."""
OF_ONE_LABEL = frozenset({"classes"})
"""Those whose galaxies have one class each, so that training.class_weights can make rare ones count more."""


def task_of(name: str, survey: Survey) -> Task:
    """Return the task of that name about the galaxies of a survey; a UserError if it lacks answers that it needs."""
    try:
        return TASKS[name](survey)
    except ValueError as error:
        raise UserError(f"params.yaml: labels.task: {error}: choose another labels.task or labels.survey") from None


def labelled_task(name: str) -> Task:
    """Return the task of that name about the survey that stage label left."""
    return task_of(name, load_survey(LABELLED))


def described_task(description: Mapping[str, object]) -> Task:
    """Return the task of a trained network, by the content of its model.json."""
    return task_of(str(description["task"]), Survey.model_validate_json(json.dumps(description["survey"])))
