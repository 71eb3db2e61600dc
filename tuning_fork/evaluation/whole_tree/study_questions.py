"""The study's questions, answered by all answers of the decision tree."""

from collections.abc import Mapping

import pandas as pd

from tuning_fork.calibration.calibration import Beta
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.galaxies.decision_tree import COLUMNS
from tuning_fork.tasks.votes import STUDY_QUESTIONS, StudyQuestion


def study_predictions(answers: Predictions, calibration: Mapping[str, Beta]) -> dict[str, Predictions]:
    """Return the predictions for each of the study's tasks and confidences, by its name, of the galaxies it asked of.

    `answers` are of all 37, calibration is that of the probabilities by the names of their questions.
    """
    return {question.name: _predictions(question, answers, calibration) for question in STUDY_QUESTIONS}


def _predictions(question: StudyQuestion, answers: Predictions, calibration: Mapping[str, Beta]) -> Predictions:
    voted, predicted = (pd.DataFrame(values, columns=list(COLUMNS)) for values in (answers.targets, answers.outputs))
    rows = question.task.keeps(voted, question.confidence)
    outputs = question.task.ideal_of(predicted[rows])
    if question.name in calibration:
        outputs = calibration[question.name].predictions(outputs)
    targets = question.task.targets_of(voted[rows]).to_numpy(float)
    return Predictions(answers.ids[rows], targets, outputs, question.task)
