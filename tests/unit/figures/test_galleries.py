"""Which test galaxies the galleries show, and what is written under them."""

from pathlib import Path

import numpy as np

from tests.data.surveys import TASKS
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.figures.galleries import COLUMNS, ROWS, GallerySelection, gallery
from tuning_fork.figures.style import save_figures


def selection(galaxies: int = 200) -> GallerySelection:
    """Return galaxies of a network that is wrong about one in ten, and surer of some than of others."""
    rng = np.random.default_rng(1)
    featured = rng.integers(0, 2, galaxies)
    sure = rng.uniform(0.5, 1, galaxies)
    right = rng.random(galaxies) < 0.9
    probability = np.where((featured == 1) == right, sure, 1 - sure)
    shares = np.stack([1 - probability, probability], axis=1)
    predictions = Predictions(np.arange(1000, 1000 + galaxies), featured[:, None], shares[:, 1:], TASKS["binary"])
    return GallerySelection(predictions, rng.uniform(0.8, 1, galaxies), shares, 1 - shares)


def test_captions_have_the_names_of_the_survey_s_page() -> None:
    shares = np.array([[0.1, 0.8, 0.05, 0.05]])
    predictions = Predictions(np.array(["J1"]), np.eye(4)[[3]], shares, TASKS["regression"])
    caption = GallerySelection(predictions, np.array([0.9]), shares, shares).captions(np.array([0]))[0]
    assert caption == "J1\nvotes: in between 90%\nnetwork: face-on 80%"


def test_mistakes_are_wrong_and_the_surest_come_first() -> None:
    galaxies = selection()
    rows = galaxies.most_confident_mistakes()
    share = galaxies.shares.max(axis=1)
    wrong = galaxies.predictions.classes != galaxies.predictions.predicted_classes
    assert wrong[rows].all()
    assert (np.diff(share[rows]) <= 0).all()
    assert len(rows) == min(wrong.sum(), COLUMNS * ROWS)
    assert share[rows].min() >= np.sort(share[wrong])[::-1][len(rows) - 1]


def test_the_uncertain_are_those_nearest_to_a_half() -> None:
    galaxies = selection()
    distance = np.abs(galaxies.shares[:, 1] - 0.5)
    assert galaxies.most_uncertain().tolist() == np.argsort(distance)[: COLUMNS * ROWS].tolist()


def test_the_typical_are_right_and_as_sure_as_usual_class_by_class() -> None:
    galaxies = selection()
    rows = galaxies.typical()
    classes = galaxies.predictions.classes
    assert classes[rows].tolist() == ["smooth"] * COLUMNS + ["featured"] * COLUMNS
    assert (galaxies.predictions.predicted_classes == classes)[rows].all()
    share = galaxies.shares.max(axis=1)
    for name in ("smooth", "featured"):
        right = (classes == name) & (galaxies.predictions.predicted_classes == name)
        low, high = np.quantile(share[right], [0.3, 0.7])
        assert ((low < share[rows][classes[rows] == name]) & (share[rows][classes[rows] == name] < high)).all()


def test_of_shares_of_votes_a_tie_is_the_least_sure() -> None:
    shares = np.array([[0.5, 0.2, 0.2, 0.1], [0.28, 0.26, 0.24, 0.22], [0.9, 0.1, 0.0, 0.0]])
    uncertainty = np.sqrt(0.001 + 0.05 * shares * (1 - shares))
    predictions = Predictions(np.arange(3), shares, shares, TASKS["regression"])
    assert GallerySelection(predictions, np.ones(3), shares, uncertainty).most_uncertain().tolist() == [1, 0, 2]


def test_votes_and_outputs_stand_under_each() -> None:
    predictions = Predictions(np.array([7, 8]), np.array([[1.0], [0.0]]), np.array([[0.2], [0.1]]), TASKS["binary"])
    shares = np.array([[0.8, 0.2], [0.9, 0.1]])
    galaxies = GallerySelection(predictions, np.array([0.934, 0.85]), shares, 1 - shares)
    assert galaxies.captions(np.array([0, 1])) == [
        "7\nvotes: featured 93%\nnetwork: smooth 80%",
        "8\nvotes: smooth 85%\nnetwork: smooth 90%",
    ]


def test_a_class_that_nobody_saw_rightly_has_no_typical_galaxy() -> None:
    predictions = Predictions(np.arange(3), np.ones((3, 1)), np.full((3, 1), 0.9), TASKS["binary"])
    shares = np.array([[0.1, 0.9]] * 3)
    galaxies = GallerySelection(predictions, np.ones(3), shares, 1 - shares)
    assert galaxies.typical().tolist() == [0, 1, 2]
    assert galaxies.most_confident_mistakes().tolist() == []


def test_a_gallery_shows_what_it_is_given_grey_or_in_colour(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    figures = {}
    for channels in (1, 3):
        images = rng.integers(0, 256, (9, 16, 16, channels)).astype(np.uint8)
        heat = rng.random((9, 16, 16))
        figures[f"{channels}"] = gallery(images, [str(number) for number in range(9)], "Nine", heat)
        pictures = [axes.images for axes in figures[f"{channels}"].axes if axes.images]
        assert len(pictures) == 9
        np.testing.assert_array_equal(np.asarray(pictures[4][0].get_array()).squeeze(), images[4].squeeze())
        np.testing.assert_array_equal(pictures[4][1].get_array(), heat[4])
    figures["none"] = gallery(np.zeros((0, 16, 16, 3), np.uint8), [], "Mistakes")
    assert figures["none"].get_suptitle() == "Mistakes: none"
    save_figures(tmp_path, figures)
    assert all(path.stat().st_size > 1000 for path in tmp_path.iterdir())
