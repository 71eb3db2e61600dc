"""Stage `download`: fills data/raw with two files, images and a table, from the source that params.yaml names.

Sources: `simulated` draws a small survey, `archive` takes the files from a folder of yours, `kaggle` downloads them,
`folder` takes any images and table of yours.
"""

from pathlib import Path

from tuning_fork.core.errors import run_stage


def main() -> None:
    """Fetch from `download.source`."""
    from tuning_fork.params_yaml import read_params
    from tuning_fork.sources.sources import SOURCES
    from tuning_fork.surveys.survey import read_survey, survey_page

    params = read_params()
    id_column = read_survey(survey_page(params.labels.survey)).id_column
    SOURCES[params.download.source](params.download, params.simulation, id_column, Path("data/raw"))


if __name__ == "__main__":
    run_stage(main, __doc__)
