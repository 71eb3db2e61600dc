"""Stage `crop`: every image of the raw archive becomes a small cut-out in the npz shards of data/shards.

An image that cannot be used is left out and listed with the reason in data/shards/rejected.csv.
"""

from pathlib import Path

from tuning_fork.core.errors import run_stage


def main() -> None:
    """Crop the archive in data/raw into data/shards."""
    import warnings

    from tuning_fork.core.parallel import cluster, threads
    from tuning_fork.galaxies.raw_files import IMAGES_ZIP
    from tuning_fork.images.archive_cropping import crop_archive
    from tuning_fork.params_yaml import images_of, read_params
    from tuning_fork.surveys.survey import read_survey, survey_page

    warnings.filterwarnings("ignore", module=r"astropy|PIL")  # of single files: rejected.csv says what matters
    params = read_params()
    images = images_of(params, read_survey(survey_page(params.labels.survey)))
    scheduler = params.machine.scheduler
    pool = cluster(scheduler) if scheduler else threads()
    crop_archive(Path("data/raw") / IMAGES_ZIP, Path("data/shards"), images, pool)


if __name__ == "__main__":
    run_stage(main, __doc__)
