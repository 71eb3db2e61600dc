"""Networks: the architectures, each a file with its parameters, and the heads of the tasks."""
