"""The survey that comes with the project, and the tasks about its galaxies."""

import json

import yaml

from tests.helpers.imports import ROOT
from tuning_fork.surveys.survey import Survey, read_survey, survey_page
from tuning_fork.tasks import tasks

SURVEY = read_survey(ROOT / survey_page("galaxy-zoo-2"))
QUESTIONS = SURVEY.questions
KEYS = SURVEY.keys
COLUMNS = tuple(str(answer.column) for answer in SURVEY.answers.values())
"""Those of Kaggle's table, in the order of the keys."""
TASKS = {name: make(SURVEY) for name, make in tasks.TASKS.items()}
"""By their names."""


def survey_of_classes(*names: str, left_out: tuple[str, ...] = ()) -> Survey:
    """Return the page of one label a galaxy with these classes, as stage label completes it."""
    page = yaml.safe_load((ROOT / survey_page("classes")).read_text(encoding="utf-8"))
    page["questions"][0]["answers"] = [{"name": name, "left_out": name in left_out} for name in names]
    return Survey.model_validate_json(json.dumps(page))


FIVE = tasks.TASKS["classes"](survey_of_classes("cigar", "edge-on", "in between", "round", "spiral"))
"""A task of five classes."""
