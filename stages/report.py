"""Stage `report`: pages about the run, to be opened after `dvc repro`, and the model's card.

It writes plots/report.html: what the network can do, where it fails, whether to believe it and how it was made, with
nothing in it from elsewhere; and plots/explorer.html, all test galaxies, to be looked through, whose pictures are in
plots/explorer-pictures where they are too many for a page. They show galaxies, so they are not committed. Beside the
model, in data/model/README.md, it says what that was trained on, what it answers and how well, and what it is not for.
"""

import json
from pathlib import Path

from tuning_fork.core.errors import run_stage

MODEL = Path("data/model")
ABOUT_PICTURES = "Here are the pictures of explorer.html if it has more than 20,000 galaxies; else they are in it.\n"


def main() -> None:
    """Write both pages and the model's card, by params.yaml and what the other stages left."""
    import numpy as np

    from tuning_fork.core.checked_yaml import read_yaml
    from tuning_fork.explorer.page import pictures_of, write_explorer
    from tuning_fork.explorer.run_galaxies import galaxies_of_run
    from tuning_fork.params_yaml import read_params
    from tuning_fork.reporting.card_facts import CardFacts
    from tuning_fork.reporting.model_card import write_card
    from tuning_fork.reporting.run_page.facts import read_facts
    from tuning_fork.reporting.run_page.page import write_report

    params = read_params()
    facts = read_facts(params)
    write_report(facts, Path("plots/report.html"))
    explorer = Path("plots/explorer.html")
    write_explorer(explorer, "The test galaxies", galaxies_of_run(facts))
    pictures = pictures_of(explorer)
    pictures.mkdir(exist_ok=True)
    (pictures / "README.txt").write_text(ABOUT_PICTURES, encoding="utf-8")  # as DVC warns of an output that is empty
    with np.load(MODEL / "usual_galaxies.npz") as usual:
        radii = usual["radii"]
    described = json.loads((MODEL / "model.json").read_text(encoding="utf-8")), radii
    found = facts.labels, facts.training, facts.scores
    write_card(MODEL, CardFacts(*described, *found, params.evaluation.views, read_yaml(Path("CITATION.cff"))))


if __name__ == "__main__":
    run_stage(main, __doc__)
