"""The calibrations by the kind of a task's outputs."""

from tuning_fork.calibration.calibration import Beta, Scatter
from tuning_fork.calibration.temperature import Temperature
from tuning_fork.calibration.tree_calibration import TreeCalibration

Calibration = Beta | Scatter | TreeCalibration | Temperature

CALIBRATIONS: dict[str, type[Calibration]] = {
    "probability": Beta,
    "shares": Scatter,
    "votes": TreeCalibration,
    "classes": Temperature,
}
