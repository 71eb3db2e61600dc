"""Stage `label`: the vote fractions become what the network is to learn, for the task and confidence of params.yaml.

data/labels/labels.csv has a row for each galaxy kept, with its split and targets, and data/labels/survey.json says of
which survey; metrics/labels.json counts the classes in each split and says what was dropped and why; plots/galaxies.png
shows the clearest galaxies of each answer.
"""

from pathlib import Path

from tuning_fork.core.errors import run_stage

RAW = Path("data/raw")


def main() -> None:
    """Label the galaxies of data/raw that crop did not reject."""
    from tuning_fork.core.files import whole_file, write_json
    from tuning_fork.figures.contact_sheet import write_contact_sheet
    from tuning_fork.galaxies.ids import of_one_kind
    from tuning_fork.galaxies.raw_files import IMAGES_ZIP, SOLUTIONS_ZIP, galaxy_images
    from tuning_fork.galaxies.tables import GalaxyTable
    from tuning_fork.params_yaml import read_params
    from tuning_fork.surveys.survey import LABELLED, read_survey, survey_page
    from tuning_fork.surveys.votes import read_votes, with_answers_of
    from tuning_fork.tasks.labelling import label
    from tuning_fork.tasks.tasks import task_of

    labels = read_params().labels
    survey = with_answers_of(RAW / SOLUTIONS_ZIP, read_survey(survey_page(labels.survey)))
    task = task_of(labels.task, survey)
    votes = read_votes(RAW / SOLUTIONS_ZIP, survey, task.candidates)
    images = [galaxy for galaxy, _ in galaxy_images(RAW / IMAGES_ZIP)]
    listed = Path("data/shards/rejected.csv")
    rejected = GalaxyTable.read(listed.read_bytes(), ["GalaxyID"], str(listed), "run `dvc repro crop`").ids().to_list()
    votes.index, images, rejected = of_one_kind(votes.index, images, rejected)
    table, counts = label(votes, images.tolist(), rejected.tolist(), labels, task)
    with whole_file(Path("data/labels/labels.csv")) as part:
        table.to_csv(part)
    write_json(LABELLED, survey.model_dump(mode="json"))
    write_json(Path("metrics/labels.json"), counts)
    usable = votes.drop(index=rejected, errors="ignore")
    write_contact_sheet(Path("plots/galaxies.png"), RAW / IMAGES_ZIP, usable, survey)


if __name__ == "__main__":
    run_stage(main, __doc__)
