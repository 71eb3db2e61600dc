"""Stage `evaluate`: what the trained network is worth on the test galaxies, which it has never seen.

It writes metrics/metrics.json (scores with 95 % intervals, and those of a baseline), data/predictions.csv (a row a test
galaxy), data/test_galaxies.npz (what pages show of them), plots/roc.csv, the figures in plots/figures and, with
pictures of galaxies, those in plots/galleries.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tuning_fork.core.errors import run_stage

if TYPE_CHECKING:
    from tuning_fork.galaxies.labelled import LabelledGalaxies

MODEL = Path("data/model")


def main() -> None:
    """Evaluate data/model on the test split."""
    import numpy as np
    import pandas as pd

    from tuning_fork.calibration.model_folder import load_model
    from tuning_fork.core.files import whole_file, write_json, write_npz
    from tuning_fork.evaluation.answers import Answers, described, gain_of_views
    from tuning_fork.evaluation.baseline import baseline_scores
    from tuning_fork.evaluation.reliability import reliability_scores
    from tuning_fork.evaluation.scores import scores_with_intervals
    from tuning_fork.figures.galleries import GallerySelection, galleries, shown_galaxies
    from tuning_fork.figures.reliability_figures import trust_figures
    from tuning_fork.figures.run_figures import run_figures
    from tuning_fork.figures.style import house_style, save_figures, save_vectors
    from tuning_fork.galaxies.ids import of_one_kind
    from tuning_fork.galaxies.labelled import read_labels, read_split
    from tuning_fork.galaxies.raw_files import SOLUTIONS_ZIP
    from tuning_fork.params_yaml import read_params
    from tuning_fork.surveys.votes import read_votes

    evaluation = read_params().evaluation
    model = load_model(MODEL)
    labels, shards = Path("data/labels/labels.csv"), Path("data/shards")
    test = read_split(labels, shards, "test", model.task.labels, model.images.shape)
    usual = read_labels(labels, "train", model.task.labels).mean().to_numpy()
    answers = Answers(model, test, evaluation.views, usual)
    predictions = answers.predictions
    with whole_file(Path("data/predictions.csv")) as part:
        predictions.table().to_csv(part, index=False)
    with whole_file(Path("plots/roc.csv")) as part:
        predictions.roc_curves().to_csv(part, index=False)

    votes = read_votes(Path("data/raw") / SOLUTIONS_ZIP, model.task.survey, model.task.candidates)
    votes.index, asked = of_one_kind(votes.index, predictions.ids)
    voted = votes.loc[asked]
    fraction = model.task.winners(voted)["fraction"].to_numpy()
    selection = GallerySelection(predictions, fraction, answers.shares, answers.uncertainty)
    shown = shown_galaxies(selection, test, model)
    seen = described(answers) | {"votes": voted[list(model.task.classes)].to_numpy(np.float32)}
    write_npz(Path("data/test_galaxies.npz"), ids=predictions.ids, **shown, **seen)
    with house_style():
        figures = run_figures(predictions, pd.read_csv("plots/training.csv"))
        save_vectors(Path("plots/figures"), figures | trust_figures(answers, fraction, evaluation))
        save_figures(Path("plots/galleries"), galleries(selection, test, shown))

    train = learnt_from(read_split(labels, shards, "train", model.task.labels, model.images.shape))
    scores = reliability_scores(answers, evaluation) | baseline_scores(train, test, model.task, evaluation)
    if evaluation.views > 1:
        scores |= gain_of_views(answers, evaluation)
    known = scores_with_intervals(predictions, evaluation.bootstrap, evaluation.seed)
    rounded = {name: value if isinstance(value, int) else round(float(value), 6) for name, value in scores.items()}
    write_json(Path("metrics/metrics.json"), known | rounded)


def learnt_from(training: "LabelledGalaxies") -> "LabelledGalaxies":
    """Return those of the training galaxies that the network has learnt from, which are all or, where asked, fewer."""
    from tuning_fork.core.model_files import DESCRIPTION
    from tuning_fork.galaxies.ids import known_by

    last = json.loads((MODEL / DESCRIPTION).read_text(encoding="utf-8"))["trained_on"][-1]
    return training.among(known_by(last["galaxy_hashes"], training.ids.tolist()))


if __name__ == "__main__":
    run_stage(main, __doc__)
