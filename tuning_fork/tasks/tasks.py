"""The tasks by name, as params.yaml's labels.task has them."""

from tuning_fork.tasks.binary import BINARY
from tuning_fork.tasks.shares import REGRESSION, REGRESSION_ALL
from tuning_fork.tasks.task import Task
from tuning_fork.tasks.votes import VOTES

TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        BINARY,
        REGRESSION,
        REGRESSION_ALL,
        VOTES,
    )
}
