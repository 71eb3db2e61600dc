"""The survey that comes with the project, and the tasks about its galaxies."""

from tests.helpers.imports import ROOT
from tuning_fork.galaxies.survey import read_survey, survey_page
from tuning_fork.tasks import tasks

SURVEY = read_survey(ROOT / survey_page("galaxy-zoo-2"))
QUESTIONS = SURVEY.questions
KEYS = SURVEY.keys
COLUMNS = tuple(str(answer.column) for answer in SURVEY.answers.values())
"""Those of Kaggle's table, in the order of the keys."""
TASKS = {name: make(SURVEY) for name, make in tasks.TASKS.items()}
"""By their names."""
