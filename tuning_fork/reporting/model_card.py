"""The model card: what a network was trained on, what it answers and how well, and what it is not for.

It is the README.md of the model folder, Markdown below a head of YAML, as Hugging Face's hub reads it. It follows from
the run alone, so that the same run has the same card. What was measured is told of this run; what other pages have
measured of other networks is there, and not repeated.
"""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from ruamel.yaml import YAML

from tuning_fork.core.files import whole_file
from tuning_fork.galaxies.learnt_from import SIMULATED
from tuning_fork.pages.page import Section, markdown
from tuning_fork.params.images import IMAGE_SIDE
from tuning_fork.reporting.card_facts import CardFacts, names_of, plain
from tuning_fork.reporting.card_scores import hub_metrics, score_sections
from tuning_fork.surveys.survey import Question, Survey
from tuning_fork.tasks.task import Task

CARD = "README.md"
"""Its name in a model folder."""
LONGEST = 12
"""Classes that the first sentence names, at most."""
OUTPUTS = {
    "probability": "the calibrated probability of this class; that of the other class is what is left to 1",
    "shares": "the share that a class has of the votes for all of them",
    "votes": "the fraction of all volunteers who give an answer; the sums of the questions' tree are kept",
    "classes": "the calibrated probability of a class; those of all classes add up to 1",
}
"""What an output is, by the kind of a task's outputs."""


def write_card(folder: Path, facts: CardFacts) -> None:
    """Write the card into a model folder."""
    with whole_file(folder / CARD) as part:
        part.write_text(model_card(facts), encoding="utf-8")


def model_card(facts: CardFacts) -> str:
    """Return the card; names and titles of the survey are nothing but text in it, whatever is in them."""
    sections = [
        Section("What it answers", (outputs_text(facts.task),), questions_table(facts.task)),
        *trained_sections(facts),
        *score_sections(facts.scores, facts.survey, facts.views),
        Section("How to use it", use_texts(facts)),
        Section("What it is not for", ("\n".join(f"- {text}" for text in limits(facts)),)),
        Section("Licence and citation", citation_texts(facts)),
    ]
    title = f"Tuning Fork: {plain(facts.survey.title)}"
    return head(facts) + markdown(title, introduction(facts), sections)


def head(facts: CardFacts) -> str:
    """Return the head: the hub's metadata, with those scores that it has a metric for."""
    survey, task = " ".join(facts.survey.title.split()), facts.task.name
    result = {
        "task": {"type": "image-classification", "name": f"Galaxies, task {task}"},
        "dataset": {"type": "galaxies", "name": f"{survey} ({facts.sources[-1]})", "split": "test"},
        "metrics": hub_metrics(facts.scores),
    }
    content = {
        "license": facts.citation["license"].lower(),
        "library_name": "keras",
        "pipeline_tag": "image-classification",
        "tags": ["astronomy", "galaxies", "galaxy-morphology", "tuning-fork"],
        "model-index": [{"name": f"tuning-fork-{task}", "results": [result]}],
    }
    yaml, text = YAML(), io.StringIO()
    yaml.default_flow_style, yaml.width = False, 4096
    yaml.dump(content, text)
    return f"---\n{text.getvalue()}---\n\n"


def introduction(facts: CardFacts) -> str:
    """Return what it is, in two sentences."""
    classes = ", ".join(names_of(facts.survey, facts.task.classes[:LONGEST]))
    more = len(facts.task.classes) - LONGEST
    return (
        f"A network of {facts.training['parameters']:,} parameters that looks at an image of a galaxy: "
        f"{classes}{f' and {more} more' if more > 0 else ''} (task `{facts.task.name}`). All of this card follows from "
        "the run that trained it."
    )


def outputs_text(task: Task) -> str:
    """Return what the outputs are, and in which order."""
    count, named = len(task.targets), ", ".join(map(plain, task.targets))
    order = f": {named}" if count <= LONGEST else ", in the order of `outputs` in `model.json`"
    said = f"1 output{order}. It is" if count == 1 else f"{count} outputs{order}. Each is"
    return f"{said} {OUTPUTS[task.kind]}."


def questions_table(task: Task) -> pd.DataFrame:
    """Return a row a question of which the network has answers."""
    asked = {
        question: [key for key in question.keys if key in (*task.classes, *task.targets)]
        for question in questions(task)
    }
    rows = {plain(one.text or one.name): ", ".join(names_of(task.survey, tuple(keys))) for one, keys in asked.items()}
    return pd.DataFrame({"answers": rows}).rename_axis("question")


def questions(task: Task) -> list[Question]:
    """Return the questions of which the network has answers, in the survey's order."""
    known = {*task.classes, *task.targets}
    return [question for question in task.survey.questions if known.intersection(question.keys)]


def trained_sections(facts: CardFacts) -> list[Section]:
    """Return on what it was trained, one training after the other, and how many galaxies of each class there were."""
    chain = [
        (one["task"], one["source"] or "not told", f"{one['galaxies']:,}", one["frozen"])
        for one in facts.description["trained_on"]
    ]
    columns = ["task", "galaxies from", "galaxies", "stages left as they were"]
    trainings = pd.DataFrame(chain, columns=columns, dtype=str).map(plain)
    trainings.index = pd.RangeIndex(1, len(chain) + 1, name="training")
    training, labels = facts.training, facts.labels
    told = (
        f"Survey: {plain(facts.survey.title)}. Questions and labels: {plain(facts.survey.source)}.",
        f"The weights are those of epoch {training['best_epoch']} of {training['epochs']}, which validated best.",
    )
    return [Section("What it was trained on", told, trainings), counts_section(labels, facts.survey)]


def counts_section(labels: Mapping[str, Any], survey: Survey) -> Section:
    """Return how many galaxies of each class there were in each split."""
    splits = pd.DataFrame({split: labels[split] for split in ("train", "validation", "test")})
    counts = splits.rename(index=lambda key: names_of(survey, (key,))[0]).rename_axis("class").map("{:,}".format)
    used = f"Of {labels['galaxies']:,} galaxies {labels['kept']:,} are used."
    return Section("Galaxies", (f"{used} The test galaxies had no part in this training.",), counts)


def use_texts(facts: CardFacts) -> tuple[str, ...]:
    """Return how to use it: three lines of Keras, and the command."""
    images = facts.description["images"]
    size, channels = images["size"], 1 if images["grayscale"] else 3
    shape = f"(n, {size}, {size}, {channels})"
    share = f"{100 * images['crop'] / IMAGE_SIDE:.0f} %"
    scale = f" of {facts.survey.pixel_scale:g} arcseconds a pixel" if facts.survey.pixel_scale else ""
    return (
        "Keras alone opens it:",
        "```python\n"
        "import keras\n"
        'network = keras.saving.load_model("model.keras")\n'
        f"outputs = network.predict(images)  # images: uint8, {shape}; outputs: (n, {len(facts.task.targets)})\n"
        "```",
        f"An image is {'grey levels' if channels == 1 else 'red, green and blue'} from 0 to 255, not rescaled: the "
        f"central {share} of a frame{scale} with the galaxy in its centre, averaged down to {size} x {size} pixels.",
        "Tuning Fork prepares images of any size, JPEG to FITS, and tells which of them not to believe:",
        "    tuning-fork classify IMAGES --model FOLDER --output catalogue.csv",
    )


def limits(facts: CardFacts) -> list[str]:
    """Return what it is not for, a sentence or two each."""
    low, high = facts.radii
    unsure = facts.labels["dropped"]["below_confidence"]
    known = {
        "It has seen simulated galaxies alone, in training and in the scores here: these are no scores of real "
        "galaxies.": set(facts.sources) == {SIMULATED},
        f"The {unsure:,} galaxies about which the volunteers were not sure enough (`labels.confidence`) are neither in "
        "the training nor in the scores: these are not for such galaxies.": unsure > 0,
    }
    return [
        *(text for text, is_so in known.items() if is_so),
        "It is meant for images such as those that it was trained on. All scores here are of the same survey: they say "
        "nothing of another telescope's images, until some of those, with labels, have been scored.",
        "Galaxies at another size in the image: in 995 of 1,000 of the survey's cut-outs the Petrosian radius is "
        f"{low:.2f} to {high:.2f} of half the side. Others are flagged `other_framing`; `--frame` of `tuning-fork "
        "classify` finds the frame.",
        "What is no galaxy gets confident numbers too. `tuning-fork classify` flags as `unlike_training` what is "
        "further from the survey's images than 999 of 1,000 of them; Keras alone flags nothing.",
        "Its labels are what people, or those who made the table, said of images: no measurement of the galaxies.",
    ]


def citation_texts(facts: CardFacts) -> tuple[str, ...]:
    """Return the licence, and whom to cite."""
    citation = facts.citation
    authors = ", ".join(one.get("name") or f"{one['given-names']} {one['family-names']}" for one in citation["authors"])
    return (
        f"{plain(citation['license'])}, as Tuning Fork. Images and labels have licences of their own.",
        f"Please cite {plain(citation['title'])}, by {plain(authors)}, and where questions and labels come from: "
        f"{plain(facts.survey.source)}.",
    )
