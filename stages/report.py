"""Stage `report`: one page about the run, to be opened after `dvc repro`.

It writes plots/report.html: scores, figures, galleries, parameters and counts, with nothing in it from elsewhere. It
shows galaxies, so it is not committed.
"""

import json
from pathlib import Path

from tuning_fork.core.errors import run_stage


def main() -> None:
    """Write plots/report.html."""
    from tuning_fork.galaxies.survey import load_survey
    from tuning_fork.params_yaml import read_params
    from tuning_fork.reporting.run_report import write_report

    params = read_params()
    metrics = {
        name: json.loads(Path(f"metrics/{name}.json").read_text(encoding="utf-8"))
        for name in ("labels", "training", "metrics")
    }
    write_report(params, load_survey(), metrics, Path("plots/report.html"))


if __name__ == "__main__":
    run_stage(main, __doc__)
