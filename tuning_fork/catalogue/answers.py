"""What a network answers of galaxies, as columns of a catalogue: by the kind of its outputs."""

from collections.abc import Callable

import numpy as np

from tuning_fork.calibration.trained_model import TrainedModel
from tuning_fork.catalogue.formats.columns import uncertainty_of
from tuning_fork.surveys.survey import Survey


def _of_classes(model: TrainedModel, outputs: np.ndarray, views: int) -> dict[str, list]:
    """Return each class's share, the class with the largest, and how unsure that is, of outputs (n, outputs)."""
    shares = model.shares(outputs, views)
    winners = shares.argmax(axis=1)
    uncertainty = model.uncertainty(shares, views)[np.arange(len(shares)), winners]
    columns = {name: share.round(6).tolist() for name, share in zip(model.task.classes, shares.T, strict=True)}
    return columns | {
        "predicted_class": [model.task.classes[winner] for winner in winners],
        "uncertainty": uncertainty.round(6).tolist(),
    }


def _of_answers(model: TrainedModel, outputs: np.ndarray, views: int) -> dict[str, list]:
    """Return those of the classes, and each answer's votes, how unsure they are, and a description."""
    outputs = outputs.astype(float)  # in single precision, digits would follow the sixth
    columns = _of_classes(model, outputs, views) | {
        "description": [description(votes, model.task.survey) for votes in outputs]
    }
    uncertainties = model.uncertainty(outputs, views)
    for name, votes, uncertainty in zip(model.task.targets, outputs.T, uncertainties.T, strict=True):
        columns[name] = votes.round(6).tolist()
        columns[uncertainty_of(name)] = uncertainty.round(6).tolist()
    return columns


def description(votes: np.ndarray, survey: Survey) -> str:
    """Return in words what most volunteers say of a galaxy, of the fractions of all who give each answer, (answers,).

    From the first question on, the answer with most votes is named, the first of equals, and leads to the next
    question; those that the survey passes over lead on unnamed. The number is the smallest fraction of those named.
    """
    named, question = {}, survey.first
    while question:
        row = max(survey.rows_of(question), key=lambda row: votes[row])
        answer = survey.answers[survey.keys[row]]
        if not answer.passed_over:
            named[answer.name] = votes[row]
        question = survey.question(answer.next)
    return f"{', '.join(named)}: {min(named.values(), default=0.0):.2f}"


VALUES: dict[str, Callable[[TrainedModel, np.ndarray, int], dict[str, list]]] = {
    "probability": _of_classes,
    "shares": _of_classes,
    "votes": _of_answers,
    "classes": _of_classes,
}
"""What gives the values of the columns that follow from a task, of a model, its outputs (n, outputs), and the views."""
