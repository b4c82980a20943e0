"""Callbacks keep their arguments; they are never called, since nothing is trained."""

from ._unsupported import attributes_of

__getattr__ = attributes_of("keras.callbacks")


class Callback:
    """Base of a program's own callbacks."""

    def __init__(self):
        self.model = None
        self.params = None
        self.validation_data = None

    def set_model(self, model):
        self.model = model

    def set_params(self, params):
        self.params = params


class EarlyStopping(Callback):
    """Stops a training that no longer improves."""

    def __init__(self, monitor="val_loss", min_delta=0, patience=0, verbose=0, mode="auto",
                 baseline=None, restore_best_weights=False, start_from_epoch=0):
        super().__init__()
        self.monitor, self.min_delta, self.patience = monitor, abs(min_delta), patience
        self.mode, self.baseline = mode, baseline
        self.restore_best_weights, self.start_from_epoch = restore_best_weights, start_from_epoch
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best = float("inf")


class ReduceLROnPlateau(Callback):
    """Lowers the learning rate of a training that no longer improves."""

    def __init__(self, monitor="val_loss", factor=0.1, patience=10, verbose=0, mode="auto",
                 min_delta=1e-4, cooldown=0, min_lr=0.0, epsilon=None):
        super().__init__()
        if factor >= 1.0:
            raise ValueError("ReduceLROnPlateau does not support a factor >= 1.0. Got {}".format(factor))
        self.monitor, self.factor, self.patience, self.mode = monitor, factor, patience, mode
        self.min_delta = min_delta if epsilon is None else epsilon
        self.cooldown, self.min_lr = cooldown, min_lr


class ModelCheckpoint(Callback):
    """Would write the model to a file."""

    def __init__(self, filepath, monitor="val_loss", verbose=0, save_best_only=False,
                 save_weights_only=False, mode="auto", save_freq="epoch", **_old):
        super().__init__()
        self.filepath, self.monitor, self.mode = filepath, monitor, mode
        self.save_best_only, self.save_weights_only = save_best_only, save_weights_only


class LearningRateScheduler(Callback):
    """A learning rate by epoch."""

    def __init__(self, schedule, verbose=0):
        super().__init__()
        self.schedule = schedule


class History(Callback):
    """What fit gives back."""

    def __init__(self):
        super().__init__()
        self.history = {}
        self.epoch = []


class LambdaCallback(Callback):
    """Functions as a callback."""

    def __init__(self, *_arguments, **functions):
        super().__init__()
        self.__dict__.update(functions)


class _Named(Callback):
    """A callback that only watches or writes."""

    def __init__(self, *_arguments, **_keywords):
        super().__init__()


class TensorBoard(_Named):
    """Would write logs."""


class CSVLogger(_Named):
    """Would write a table."""


class TerminateOnNaN(_Named):
    """Stops at a loss that is not a number."""


class ProgbarLogger(_Named):
    """Prints."""


class BaseLogger(_Named):
    """Collects."""


class RemoteMonitor(_Named):
    """Would send messages."""


class BackupAndRestore(_Named):
    """Would write backups."""


class CallbackList:
    """Several callbacks."""

    def __init__(self, callbacks=None, **_keywords):
        self.callbacks = list(callbacks or [])
