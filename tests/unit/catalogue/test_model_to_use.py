"""Which model a catalogue is made by."""

from pathlib import Path

import pytest

from tuning_fork.catalogue.options import START, TRAINED, model_to_use
from tuning_fork.core.errors import UserError


def test_without_a_model_of_ones_own_that_which_comes_with_the_project_is_used_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"^data/model: no whole model there"):
        model_to_use(None)
    START.mkdir(parents=True)
    assert model_to_use(None) == START
    assert "It knows simulated galaxies alone" in capsys.readouterr().out
    TRAINED.mkdir(parents=True)
    assert model_to_use(None) == TRAINED
    assert model_to_use(START) == START
    assert capsys.readouterr().out == ""
