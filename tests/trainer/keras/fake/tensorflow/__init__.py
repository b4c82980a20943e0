"""As much of TensorFlow as the worker asks for before it trains."""


class GradientTape:
    """Gradients of ones."""

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return False

    def gradient(self, _loss, variables):
        return [variable * 0 + 1 for variable in variables]


class _Number:
    def __init__(self, values):
        self._values = values

    def numpy(self):
        return self._values


def constant(values):
    return values


convert_to_tensor = _Number


class _Threading:
    @staticmethod
    def set_intra_op_parallelism_threads(_number):
        pass

    @staticmethod
    def set_inter_op_parallelism_threads(_number):
        pass


class config:  # noqa: N801 (TensorFlow's name)
    threading = _Threading

    @staticmethod
    def list_physical_devices(_kind):
        return []
