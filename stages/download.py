"""Stage `download`: fills data/raw with Kaggle's two training files, from the source that params.yaml names.

Sources: `simulated` draws a small survey, `archive` takes the files from a folder of yours, `kaggle` downloads them.
"""

from pathlib import Path

from tuning_fork.core.errors import run_stage


def main() -> None:
    """Fetch from `download.source`."""
    from tuning_fork.params.params_yaml import read_params
    from tuning_fork.sources import archive, kaggle, simulated

    params = read_params()
    raw = Path("data/raw")
    match params.download.source:
        case "simulated":
            simulated.fetch(params.simulation, raw)
        case "archive":
            archive.fetch(params.download.archive, raw)
        case "kaggle":
            kaggle.fetch(raw, Path("data/partial"))


if __name__ == "__main__":
    run_stage(main, __doc__)
