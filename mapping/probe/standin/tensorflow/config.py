"""tf.config: no devices, settings without effect."""

from keras._unsupported import attributes_of

__getattr__ = attributes_of("tensorflow.config")


def list_physical_devices(device_type=None):
    return []


list_logical_devices = get_visible_devices = list_physical_devices


def _nothing(*_arguments, **_keywords):
    return None


set_visible_devices = run_functions_eagerly = experimental_run_functions_eagerly = _nothing
set_soft_device_placement = set_logical_device_configuration = _nothing


class experimental:
    """Old names of the same."""

    list_physical_devices = staticmethod(list_physical_devices)
    set_memory_growth = set_virtual_device_configuration = staticmethod(_nothing)
    enable_op_determinism = enable_tensor_float_32_execution = staticmethod(_nothing)
    set_visible_devices = staticmethod(_nothing)
    VirtualDeviceConfiguration = staticmethod(_nothing)


class threading:
    """Thread counts."""

    set_intra_op_parallelism_threads = set_inter_op_parallelism_threads = staticmethod(_nothing)


class optimizer:
    """Compiler switches."""

    set_jit = set_experimental_options = staticmethod(_nothing)
