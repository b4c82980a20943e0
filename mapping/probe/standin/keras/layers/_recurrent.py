"""SimpleRNN, LSTM, GRU and the wrappers."""

from ._base import Layer
from ._table_layer import TableLayer


class _Recurrent(TableLayer):
    """Goes over steps with a state of `units` values."""
    ndim = 3
    gates, states = 1, 1

    def compute_output_shape(self, input_shape):
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        steps = (shape[0], shape[1], self.units) if self.return_sequences else (shape[0], self.units)
        if self.return_state:
            return [steps] + [(shape[0], self.units)] * self.states
        return steps

    def _check_rank(self, shape):
        if len(shape) != 2 or not self._inbound_nodes and not hasattr(self, "_with_state"):
            super()._check_rank(shape)

    def __call__(self, inputs=None, *arguments, **keywords):
        if isinstance(inputs, (list, tuple)) or keywords.get("initial_state") is not None:
            self._with_state = True
            state = keywords.pop("initial_state", None)
            if state is not None:
                inputs = [inputs] + list(state if isinstance(state, (list, tuple)) else [state])
        return super().__call__(inputs, *arguments, **keywords)

    def bias_shape(self):
        return (self.gates * self.units,)

    def weight_shapes(self, input_shape):
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        width = self.gates * self.units
        return [(shape[-1], width), (self.units, width)] + [self.bias_shape()] * bool(self.use_bias)


class SimpleRNN(_Recurrent):
    """One gate."""


class LSTM(_Recurrent):
    """Long short-term memory."""
    gates, states = 4, 2


class GRU(_Recurrent):
    """Gated recurrent unit."""
    gates = 3

    def bias_shape(self):
        width = 3 * self.units
        return (2, width) if self.reset_after else (width,)


class Bidirectional(TableLayer):
    """A recurrent layer in both directions."""

    def compute_output_shape(self, input_shape):
        shape = tuple(self.layer.compute_output_shape(input_shape))
        if self.merge_mode == "concat":
            return shape[:-1] + (shape[-1] * 2,)
        return [shape, shape] if self.merge_mode is None else shape

    def weight_shapes(self, input_shape):
        return self.layer.weight_shapes(input_shape) * 2


class TimeDistributed(TableLayer):
    """A layer on every step."""
    min_ndim = 3

    def compute_output_shape(self, input_shape):
        inner = self.layer.compute_output_shape((input_shape[0],) + tuple(input_shape[2:]))
        return (input_shape[0], input_shape[1]) + tuple(inner)[1:]

    def weight_shapes(self, input_shape):
        return self.layer.weight_shapes((input_shape[0],) + tuple(input_shape[2:]))


class Wrapper(Layer):
    """Base of a program's own wrappers."""

    def __init__(self, layer, **keywords):
        super().__init__(**keywords)
        self.layer = layer
