"""The arithmetic of training steps: what is asked for, or the fastest that the machine has."""

from pathlib import Path

from tuning_fork.networks.quiet_tensorflow import tf


def chosen_precision(wanted: str) -> str:
    """Return float32 or bfloat16: what was `wanted`, or for auto, bfloat16 where processor or GPUs have it."""
    if wanted != "auto":
        return wanted
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        capabilities = [tf.config.experimental.get_device_details(gpu).get("compute_capability") for gpu in gpus]
        has_bfloat16 = all(capability and capability >= (8, 0) for capability in capabilities)
    else:
        processor = Path("/proc/cpuinfo")
        flags = processor.read_text(encoding="utf-8").split() if processor.exists() else []
        has_bfloat16 = "avx512_bf16" in flags or "amx_bf16" in flags
    return "bfloat16" if has_bfloat16 else "float32"
