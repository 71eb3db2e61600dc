"""What a training shows as it goes: a row of scores an epoch in a file, and on a terminal how far it has come."""

import csv
import sys
from pathlib import Path

from tqdm import tqdm

from tuning_fork.networks.quiet_tensorflow import keras


class CurvesFile(keras.callbacks.Callback):
    """Adds a row of scores to a CSV file at the end of each epoch, counted from 1, with plain line ends."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Write the row of this epoch, and above the first one the names of the scores."""
        row = {"epoch": epoch + 1} | dict(sorted((logs or {}).items()))
        with self.path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, row, lineterminator="\n")
            if file.tell() == 0:
                writer.writeheader()
            writer.writerow(row)


class TrainingBar(keras.callbacks.Callback):
    """Shows how many galaxies of all epochs are done, how fast, how long it takes yet, and the last epoch's score."""

    async_safe = True  # it reads no scores of single steps, and so Keras need not wait for these

    def __init__(self, galaxies: int, batch_size: int, monitor: str) -> None:
        super().__init__()
        self.galaxies, self.batch_size, self.monitor = galaxies, batch_size, monitor
        self.bar: tqdm | None = None

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Say which epoch it is; the first one shows the bar."""
        epochs, self.before = self.params["epochs"], epoch * self.galaxies
        if self.bar is None:
            self.bar = tqdm(total=epochs * self.galaxies, initial=self.before, unit="galaxy", file=sys.stdout)
        self.bar.set_description(f"Training, epoch {epoch + 1} of {epochs}")

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Count the galaxies up to this step of the epoch."""
        if self.bar is not None:
            self.bar.update(self.before + min((batch + 1) * self.batch_size, self.galaxies) - self.bar.n)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Show by what the best epoch is known."""
        if self.bar is not None and logs:
            self.bar.set_postfix_str(f"{self.monitor} {logs[self.monitor]:.4f}")

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Leave the bar as it is."""
        if self.bar is not None:
            self.bar.close()
