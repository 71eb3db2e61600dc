"""The model card: what a stranger is told of a network, and what the hub reads of it."""

import io
import re

import pytest
import yaml
from ruamel.yaml import YAML

from tests.data.card import facts_of
from tests.data.surveys import SURVEY, TASKS
from tuning_fork.reporting.card_facts import plain
from tuning_fork.reporting.model_card import model_card
from tuning_fork.surveys.survey import Survey

NASTY = "<script>alert(1)</script> | `x` **b** [l](http://x) $y$ # @me\n---\n# head"


def head_of(card: str) -> dict:
    """Return the metadata that a hub reads: YAML between the first two lines of three dashes."""
    found = re.match(r"---\n(.*?\n)---\n\n", card, re.DOTALL)
    assert found
    assert yaml.safe_load(found[1]) == YAML(typ="safe").load(io.StringIO(found[1]))
    return yaml.safe_load(found[1])


def named(title: str, name: str) -> Survey:
    """Return the survey with another title, and another name of its first answer."""
    page = SURVEY.model_dump(mode="json")
    page["title"] = title
    page["source"] = title
    page["questions"][0]["answers"][0] |= {"name": name, "text": name}
    page["questions"][0]["text"] = title
    for question in page["questions"]:
        question["asked_of"] = [name if one == "smooth" else one for one in question["asked_of"]]
    return Survey.model_validate(page | {"shown": {}}, strict=False)


def test_the_hub_reads_licence_library_task_and_scores() -> None:
    head = head_of(model_card(facts_of(roc_auc=0.97, rmse=0.1)))
    assert head["license"] == "bsd-3-clause"
    assert head["library_name"] == "keras"
    assert head["pipeline_tag"] == "image-classification"
    (model,) = head["model-index"]
    (result,) = model["results"]
    assert result["task"]["type"] == head["pipeline_tag"]
    assert result["dataset"] | {"split": "test"} == result["dataset"]
    assert {"type", "name"} <= result["dataset"].keys()
    assert [(one["type"], one["value"]) for one in result["metrics"]] == [
        ("accuracy", 0.9),
        ("roc_auc", 0.97),
        ("mse", 0.1),
    ]
    assert result["metrics"][-1]["args"] == {"squared": False}


def test_the_card_says_what_was_trained_on_and_how_well_it_does() -> None:
    card = model_card(facts_of(source="archive"))
    for told in ("| 4,800 ", "| 1,234 ", "epoch 4 of 9", "0.8500 to 0.9500", "0.0000 to 0.0400", "300 test galaxies"):
        assert told in card
    for told in ("central 50 %", "0.20 to 0.70 of half the side", "The 3,500 galaxies", SURVEY.source):
        assert told in card
    assert "tuning-fork classify IMAGES --model FOLDER --output catalogue.csv" in card
    assert "BSD-3-Clause" in card and "the Tuning Fork developers" in card


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_a_card_that_is_the_same_every_time(task: str) -> None:
    assert model_card(facts_of(task)) == model_card(facts_of(task))


def test_all_answers_have_a_row_a_question_of_the_decisive_scores_alone() -> None:
    card = model_card(facts_of("votes", bar_r2=0.5, bar_r2_low=0.4, bar_r2_high=0.6, bar_noise=0.123, odd_ece=0.02))
    assert re.search(r"\| bar +\| +0\.5 \(0\.4000 to 0\.6000\) +\|", card)
    assert "0.123" not in card
    assert len(card.splitlines()) < 150


def test_who_trained_on_simulated_galaxies_alone_is_told_that() -> None:
    assert "simulated galaxies alone" in model_card(facts_of())
    assert "simulated galaxies alone" not in model_card(facts_of(source="archive"))


def test_the_pixel_scale_of_a_survey_that_has_one_is_told() -> None:
    assert "of a frame with the galaxy" in model_card(facts_of())
    survey = SURVEY.model_copy(update={"pixel_scale": 0.262})
    assert "of a frame of 0.262 arcseconds a pixel with the galaxy" in model_card(facts_of(survey=survey))


def test_a_name_is_but_a_name_whatever_is_in_it() -> None:
    usual, nasty = model_card(facts_of("votes")), model_card(facts_of("votes", named(NASTY, "round | <b> `x` smooth")))
    assert head_of(nasty)["model-index"][0]["results"][0]["dataset"]["name"].startswith(
        "<script>alert(1)</script> | `x`"
    )
    body = nasty.split("\n---\n", 1)[1]
    assert not re.search(r"(?<!\\)<(script|b)", body)
    shape = [
        [len(re.findall(r"(?<!\\)\|", line)), line.startswith("#")]
        for line in usual.split("\n---\n", 1)[1].splitlines()
    ]
    assert [[len(re.findall(r"(?<!\\)\|", line)), line.startswith("#")] for line in body.splitlines()] == shape


def test_plain_words_stay_as_they_are() -> None:
    words = "Is the galaxy simply smooth (MNRAS 435, 2835; arXiv:1308.3496)? 50 % - yes!"
    assert plain(words) == words
