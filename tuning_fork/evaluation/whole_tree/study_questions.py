"""The study's questions, answered by all answers to a survey."""

from collections.abc import Mapping
from typing import Any

from tuning_fork.calibration.calibration import Beta
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.tasks.votes import study_questions


def study_predictions(answers: Predictions, calibration: Mapping[str, Beta]) -> dict[str, Predictions]:
    """Return the predictions for each of the study's tasks and confidences, by its name, of the galaxies it asked of.

    `answers` are all those to a survey, calibration is that of the probabilities by the names of their questions. A
    question that it would have asked of none is left out.
    """
    predictions = {}
    for question in study_questions(answers.task.survey):
        rows, targets, outputs = question.asked(answers.targets, answers.outputs)
        if rows.any():
            if question.name in calibration:
                outputs = calibration[question.name].predictions(outputs)
            predictions[question.name] = Predictions(answers.ids[rows], targets, outputs, question.task)
    return predictions


def calibrations_of(description: Mapping[str, Any], views: int) -> dict[str, Beta]:
    """Return the calibrations of the study's probabilities, for so many views, by the content of a model.json.

    By the names of their questions; none of a model that does not give all answers.
    """
    found = description["calibration"][str(views)].get("probabilities", {})
    return {name: Beta.model_validate(one) for name, one in found.items()}
