"""Stage `evaluate`: what the trained network is worth on the test galaxies, which it has never seen.

It writes metrics/metrics.json (scores with 95 % intervals), data/predictions.csv (a row a test galaxy), plots/roc.csv,
the figures in plots/figures and, with pictures of galaxies, those in plots/galleries.
"""

from pathlib import Path

from tuning_fork.core.errors import run_stage


def main() -> None:
    """Evaluate data/model on the test split."""
    import pandas as pd

    from tuning_fork.calibration.model_folder import load_model
    from tuning_fork.core.files import whole_file, write_json
    from tuning_fork.evaluation.scores import scores_with_intervals
    from tuning_fork.galaxies.examples import read_examples
    from tuning_fork.galaxies.kaggle_files import SOLUTIONS_ZIP
    from tuning_fork.galaxies.votes import read_votes
    from tuning_fork.params.params_yaml import read_params
    from tuning_fork.reporting.figures import house_style, run_figures, save_figures
    from tuning_fork.reporting.galleries import Verdicts
    from tuning_fork.reporting.judgement import conditions, gain_of_views, galleries, outputs_of, predict, reliability

    evaluation = read_params().evaluation
    model = load_model(Path("data/model"))
    test = read_examples(
        Path("data/labels/labels.csv"), Path("data/shards"), "test", model.task.targets, model.images.shape
    )
    outputs = outputs_of(model, test, evaluation.views)
    predictions = predict(model, test, outputs, evaluation.views)
    with whole_file(Path("data/predictions.csv")) as part:
        predictions.table().to_csv(part, index=False)
    with whole_file(Path("plots/roc.csv")) as part:
        predictions.roc_curves().to_csv(part, index=False)

    votes = read_votes(Path("data/raw") / SOLUTIONS_ZIP, model.task.candidates).loc[predictions.ids]
    fraction = model.task.winners(votes)["fraction"].to_numpy()
    shares = model.shares(outputs, evaluation.views)
    with house_style():
        scores, trust = reliability(model, test, predictions, shares, evaluation)
        figures = run_figures(predictions, pd.read_csv("plots/training.csv")) | trust
        save_figures(Path("plots/figures"), figures | {"conditions": conditions(test, predictions, fraction)})
        verdicts = Verdicts(predictions, fraction, shares, model.uncertainty(shares, evaluation.views))
        save_figures(Path("plots/galleries"), galleries(model, test, verdicts))

    if evaluation.views > 1:
        scores |= gain_of_views(model, test, predictions, evaluation)
    known = scores_with_intervals(predictions, evaluation.bootstrap, evaluation.seed)
    write_json(Path("metrics/metrics.json"), known | {name: round(float(value), 6) for name, value in scores.items()})


if __name__ == "__main__":
    run_stage(main, __doc__)
