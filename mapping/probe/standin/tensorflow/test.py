"""tf.test: there is no GPU here."""


def is_gpu_available(*_arguments, **_keywords):
    return False


def is_built_with_cuda():
    return False


def gpu_device_name():
    return ""
