"""Stage `calibrate`: the trained network made trustworthy, by the validation galaxies.

It writes data/model, all that is needed to use the network: its outputs mean what they say, how unsure they are is
known, and so is what the survey's galaxies look like.
"""

from pathlib import Path

from tuning_fork.core.errors import run_stage


def main() -> None:
    """Calibrate data/network on data/shards and data/labels."""
    from tuning_fork.calibration.model_folder import save_model
    from tuning_fork.calibration.trained_model import TrainedModel
    from tuning_fork.core.errors import UserError
    from tuning_fork.core.zip_members import DAMAGE
    from tuning_fork.galaxies.labelled import read_all_but_test, read_split
    from tuning_fork.networks.network_file import load_history, load_network
    from tuning_fork.params_yaml import images_of, read_params
    from tuning_fork.tasks.tasks import labelled_task

    params = read_params()
    task, shape = labelled_task(params.labels.task), params.images.shape
    labels, shards = Path("data/labels/labels.csv"), Path("data/shards")
    path = Path("data/network/network.keras")
    try:
        network = load_network(path)
        trained_on = load_history(path.with_name("trained_on.json"), params.download.source)
    except DAMAGE as error:
        raise UserError(
            f"{path.parent}: holds no whole network ({' '.join(str(error).split())}): run `dvc repro train`"
        ) from None
    validation = read_split(labels, shards, "validation", task.labels, shape)
    survey = read_all_but_test(labels, shards, task.labels, shape)
    model = TrainedModel.calibrated(network, task, images_of(params, task.survey), validation, survey)
    save_model(Path("data/model"), model, trained_on)


if __name__ == "__main__":
    run_stage(main, __doc__)
