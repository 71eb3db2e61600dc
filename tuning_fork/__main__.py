"""`python -m tuning_fork` is `tuning-fork`."""

from tuning_fork.command import main

main()
