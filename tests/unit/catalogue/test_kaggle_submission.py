"""A submission to Kaggle: a row an image, no cell empty, in Kaggle's columns."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.data.surveys import COLUMNS, KEYS, QUESTIONS, SURVEY, TASKS
from tuning_fork.catalogue.formats.columns import Meaning, columns_of
from tuning_fork.catalogue.formats.formats import FORMATS, NAMED, write_table
from tuning_fork.catalogue.formats.output import checked_output, require_numbers
from tuning_fork.catalogue.listing import list_images
from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.ids import LARGEST_ID
from tuning_fork.surveys.tree_sums import violated_sums

KAGGLE = NAMED["kaggle"][".csv"]
IDS = [LARGEST_ID, 100018, 7, 0, *range(200, 210)]
UNREADABLE = [1, 4, 10, 11, 12, 13]
MEANING = Meaning(columns_of(("GalaxyID", *KEYS), TASKS["votes"]), ())


def catalogue(unreadable: list[int]) -> pd.DataFrame:
    """Return galaxies whose votes have the sums of the tree, rounded as in a catalogue, but for those unreadable."""
    random = np.random.default_rng(1)
    votes = np.ones((len(IDS), len(COLUMNS)))
    for question in QUESTIONS:
        asked = SURVEY.rows_asked(question)
        among_asked = random.dirichlet(np.ones(len(question.answers)), len(IDS))
        votes[:, SURVEY.rows_of(question)] = among_asked * (votes[:, asked] if asked else 1)
    votes[unreadable] = np.nan
    return pd.DataFrame(votes.round(6), columns=list(KEYS)).assign(
        GalaxyID=IDS, name=[str(one) for one in IDS], note=""
    )


def write(path: Path, table: pd.DataFrame) -> str | None:
    def parts() -> Iterator[pd.DataFrame]:
        return iter([table[:4], table[4:10], table[10:]])

    return write_table(path, KAGGLE, parts, MEANING)


def test_a_submission_has_kaggles_columns_and_the_votes_of_the_catalogue(tmp_path: Path) -> None:
    table = catalogue([])
    assert write(tmp_path / "s.csv", table) is None
    assert (tmp_path / "s.csv").read_text(encoding="utf-8").startswith(f"GalaxyID,{','.join(COLUMNS)}\n{LARGEST_ID},")
    found = pd.read_csv(tmp_path / "s.csv")
    assert found["GalaxyID"].tolist() == IDS
    np.testing.assert_array_equal(found[list(COLUMNS)], table[list(KEYS)])


def test_two_images_of_one_galaxy_are_no_submission(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "7.jpg").touch()
    output = checked_output(tmp_path / "s.csv", tmp_path / "model", [], "kaggle")
    require_numbers(output, list_images([str(tmp_path / "a")]), [str(tmp_path / "a")])
    both = [str(tmp_path / folder) for folder in ("a", "b")]
    with pytest.raises(UserError, match=r"a row a galaxy, but \S*7\.jpg and \S*7\.jpg are both 7: leave one out"):
        require_numbers(output, list_images(both), both)


def test_what_is_unreadable_has_the_mean_of_all_others_which_keeps_the_sums(tmp_path: Path) -> None:
    table = catalogue(UNREADABLE)
    said = write(tmp_path / "s.csv", table)
    assert said and said.startswith(f"{len(UNREADABLE)} of {len(IDS)} ")
    found = pd.read_csv(tmp_path / "s.csv")
    assert found["GalaxyID"].tolist() == IDS
    assert found.notna().all(axis=None)
    assert list(violated_sums(found.rename(columns=dict(zip(COLUMNS, KEYS, strict=True))), SURVEY, 1e-5)) == []
    is_unreadable = np.isin(np.arange(len(IDS)), UNREADABLE)
    votes = found[list(COLUMNS)].to_numpy()
    np.testing.assert_array_equal(votes[~is_unreadable], table[list(KEYS)][~is_unreadable])
    mean = np.broadcast_to(table[list(KEYS)].mean().to_numpy(), (len(UNREADABLE), len(KEYS)))
    np.testing.assert_allclose(votes[is_unreadable], mean, rtol=0, atol=6e-7)


def test_of_nothing_but_unreadable_images_there_is_no_submission(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="none of 14 images is readable"):
        write(tmp_path / "s.csv", catalogue(list(range(len(IDS)))))
    assert list(tmp_path.iterdir()) == []


def test_a_submission_is_known_and_kaggles_own_tables_and_catalogues_are_not_written_over(tmp_path: Path) -> None:
    path, others = tmp_path / "s.csv", {}
    write(path, catalogue([]))
    assert checked_output(path, tmp_path / "model", [], "kaggle").path == path
    with pytest.raises(UserError, match="is there already, and no catalogue"):
        checked_output(path, tmp_path / "model", [])
    table = pd.read_csv(path)
    others["its header"] = path.read_text(encoding="utf-8").splitlines(keepends=True)[0]
    others["solutions"] = table.assign(**dict.fromkeys(COLUMNS[2:], 0.0)).to_csv(index=False)
    others["other columns"] = path.read_text(encoding="utf-8").replace("Class1.1", "mine")
    others["other bytes"] = "\udcff" * 5
    catalogues = {"name": ["7"], "predicted_class": "smooth", "uncertainty": 0.5, "flags": "", "note": ""}
    others["a catalogue"] = pd.DataFrame(catalogues).to_csv(index=False)
    for name, content in others.items():
        path.write_text(content, encoding="utf-8", errors="surrogateescape")
        with pytest.raises(UserError, match="is there already, and no catalogue"):
            checked_output(path, tmp_path / "model", [], "kaggle")
        assert path.read_bytes() == content.encode("utf-8", "surrogateescape"), name


@pytest.mark.parametrize("suffix", [*sorted(FORMATS.keys() - {".csv"}), ".doc", ""])
def test_a_submission_is_a_csv_file(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"--format kaggle has another suffix: one of \.csv$"):
        checked_output(tmp_path / f"s{suffix}", tmp_path / "model", [], "kaggle")
