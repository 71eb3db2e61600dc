"""What the names of columns mean, where they stand."""

MEANINGS = {
    "accuracy": "share of test galaxies that were taken for the right class",
    "F1": "harmonic mean of precision and recall, 0 to 1",
    "ROC AUC": "how often a galaxy of the class has a higher probability than another galaxy: 0.5 by chance, 1 always",
    "balanced acc.": "balanced accuracy: mean over the classes of the share that was recognised",
    "MSE": "mean squared error of the predicted shares",
    "R²": "share of the variance between galaxies that is predicted: 0 for always the mean, 1 for all of it",
    "RMSE": "root of the mean squared error over all answers",
    "log loss": "minus the mean logarithm of the probability of the right class",
    "accuracy before calibration": "with the probabilities as the network gave them, which is how the study had them",
    "published AUC": "as published; probably of 0/1 predictions, which gives the balanced accuracy",
    "training, s": "seconds that the training took",
    "majority": "accuracy of always the commonest class",
    "baseline": "gradient-boosted trees on a few numbers measured on the same cut-outs",
    "test galaxies": "galaxies that the scores are of: no network saw them",
    "p": "probability of a difference at least as large if there were none",
    "p, corrected": "the same, corrected by Holm for the number of comparisons in this table",
}


def meaning(name: str) -> str:
    """Return what a column's name means, or nothing if it is not known."""
    plain = name.removeprefix("published ").removesuffix(" by all answers")
    return MEANINGS.get(name) or MEANINGS.get(plain, "")
