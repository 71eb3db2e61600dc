"""The survey that comes with the project, and the tasks about its galaxies."""

from tests.helpers.imports import ROOT
from tuning_fork.galaxies.survey import read_survey, survey_page
from tuning_fork.tasks import tasks

SURVEY = read_survey(ROOT / survey_page("galaxy-zoo-2"))
TASKS = {name: make(SURVEY) for name, make in tasks.TASKS.items()}
"""By their names."""
KEYS = {str(answer.column): key for key, answer in SURVEY.answers.items()}
"""The answers' keys by their columns in Kaggle's table."""
