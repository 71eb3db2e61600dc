"""Parameters: what may be used of the machines at hand."""

from tuning_fork.core.checked_yaml import Section, Share


class Machine(Section):
    """What may be used of the machines at hand; no result depends on it."""

    memory: Share
    scheduler: str | None
