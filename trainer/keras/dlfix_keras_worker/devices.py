"""Where TensorFlow computes."""

import os


class NoDevice(Exception):
    """The device that was asked for is not there."""


def use(wanted):
    """Imports TensorFlow for one device; "cpu" or "cuda:0 (name)". Errors: NoDevice."""
    if wanted == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(_threads())
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    found = [] if wanted == "cpu" else tensorflow.config.list_physical_devices("GPU")
    number = int(wanted.partition(":")[2] or 0) if wanted.startswith("cuda") else 0
    if wanted.startswith("cuda") and number >= len(found):
        raise NoDevice("TensorFlow sees {} GPUs: there is no device {}".format(len(found), wanted))
    if not found:
        return "cpu"
    tensorflow.config.set_visible_devices(found[number:number + 1], "GPU")
    tensorflow.config.experimental.set_memory_growth(found[number], True)  # not all of it at once
    details = tensorflow.config.experimental.get_device_details(found[number])
    return "cuda:{} ({})".format(number, details.get("device_name", "GPU"))


def _threads():
    """As the pool says for all its workers; one, so that results do not depend on how many run."""
    return max(1, int(os.environ.get("OMP_NUM_THREADS") or 1))
