"""The section `model` of params.yaml: which network, and each network's own parameters."""

from tuning_fork.core.checked_yaml import Section, ShareBelowOne
from tuning_fork.networks.network import Network
from tuning_fork.networks.residual_network import Residual
from tuning_fork.networks.study_network import Study


class Model(Section):
    """The network: `network` names the one of the architectures that is built. Each has a table of its name here."""

    network: str
    augment: bool
    dropout: ShareBelowOne
    normalize: bool
    tree: bool
    study: Study
    residual: Residual

    @property
    def networks(self) -> dict[str, Network]:
        """The architectures by name."""
        return {name: value for name, value in self if isinstance(value, Network)}

    @property
    def chosen(self) -> Network:
        """The architecture that is built."""
        return self.networks[self.network]
