"""Names on pages are explained where they stand, and at the end."""

import pytest

from tests.data.surveys import TASKS
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.pages.glossary import TERMS, Glossary, term_of


@pytest.mark.parametrize("task", TASKS)
def test_every_metric_of_a_task_is_explained(task: str) -> None:
    keys = {question.key for question in TASKS[task].survey.questions}
    for metric in metrics_of(TASKS[task]):
        of_question = next((key for key in sorted(keys, key=len)[::-1] if metric.name.startswith(f"{key}_")), "")
        assert term_of(metric.name.removeprefix(f"{of_question}_")), metric.name


def test_an_explanation_is_whole_sentences() -> None:
    for key, term in TERMS.items():
        assert term.text[0].isupper() and term.text.endswith("."), key


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("baseline_roc_auc", "ROC AUC of the baseline"),
        ("ece_uncalibrated", "calibration error before calibration"),
        ("views_gain_accuracy", "accuracy: gain by views"),
        ("views_gain_accuracy_p", "accuracy: p of no gain by views"),
    ],
)
def test_what_is_made_of_another_score_is_explained_by_that(key: str, name: str) -> None:
    term = term_of(key)
    assert term is not None
    assert term.name == name
    assert (
        TERMS[
            key.split("_", 1)[0]
            if "ece" in key
            else key.replace("views_gain_", "").replace("baseline_", "").removesuffix("_p")
        ].text
        in term.text
    )


def test_a_page_explains_the_names_that_it_has_used_and_escapes_the_others() -> None:
    glossary = Glossary({"mae": "<i>MAE</i>"})
    assert 'href="#term-r2"' in glossary.term("r2")
    assert glossary.term("mae") == "&lt;i&gt;MAE&lt;/i&gt;"
    assert glossary.term("roc_auc", "<b>area</b>").count("&lt;b&gt;") == 1
    assert [key for key, _ in glossary.entries()] == ["roc_auc", "r2"]  # by their names, ROC AUC and R²
