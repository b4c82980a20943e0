"""What a program defines itself (losses, layers, functions): taken from the program, run up to its fit.

The program runs in this process, contained as by the probe (mapping/probe): no network, writes to a
scratch folder only, `fit` and `evaluate` answered without training. It runs when a request first needs one
of its objects, once for each Keras.
"""

from .failure import TrainingFailure, describe, unsupported


def add_options(parser):
    group = parser.add_argument_group("the program whose own objects may be needed")
    group.add_argument("--program", help="path of the Keras program")
    group.add_argument("--scratch", help="folder for what the program writes")
    group.add_argument("--cwd", help="working directory that the program runs in")
    group.add_argument("--data-dir", dest="data_dir", help="where keras.datasets files lie")
    group.add_argument("--config", help='JSON file with the values of config["..."]')
    group.add_argument("--model", help="which model, by its variable's name")


def make(options):
    """The program's objects, or their absence where no program is named."""
    if not options.program:
        return NoProgram()
    from .program_run import ProgramSource

    return OwnObjects(ProgramSource(options))


class NoProgram:
    """Nothing but Keras's own: whatever else is asked for is unsupported."""

    _NEEDS = "{} is the program's own, and no program was named to take it from"

    def of(self, _family):
        return self

    def has_run(self):
        """Whether the program was run: it may have set seeds."""
        return False

    def whole_model(self, _spec, _seed):
        return None

    def attribute(self, layer, key):
        raise unsupported(self._NEEDS.format("{} of {}".format(key, describe(layer))))

    def layer(self, layer):
        raise unsupported("{} is not a layer of this Keras: ".format(describe(layer))
                          + self._NEEDS.format("a layer of that name"))

    def loss(self, name):
        raise unsupported(self._NEEDS.format("loss " + name))

    def optimizer(self, name):
        raise unsupported(self._NEEDS.format("optimiser " + name))

    def schedule(self):
        raise unsupported(self._NEEDS.format("the learning-rate schedule"))

    def callback(self, _place, name):
        raise unsupported(self._NEEDS.format("callback " + name))

    def metric(self, _name):
        return None


class OwnObjects:
    """One program for every Keras."""

    def __init__(self, source):
        self._source = source
        self._of_family = {}

    def of(self, family):
        if family.package not in self._of_family:
            self._of_family[family.package] = _Objects(self._source, family)
        return self._of_family[family.package]


class _Objects:
    """The objects of one program in one Keras."""

    def __init__(self, source, family):
        self._source = source
        self._family = family
        self._run = None
        self._failure = None

    def has_run(self):
        return self._run is not None

    def _ran(self):
        """The finished run. Errors: TrainingFailure, the same one each time."""
        if self._failure is None and self._run is None:
            try:
                self._run = self._checked(self._source.run(self._family))
            except TrainingFailure as failure:
                self._failure = failure
        if self._failure is not None:
            raise self._failure
        return self._run

    def _checked(self, run):
        if not isinstance(run.model, self._family.keras.Model):
            raise unsupported("the program builds its model in another Keras than {}, which the profile asks "
                              "for; leave --keras-profile away".format(self._family.title))
        return run

    def whole_model(self, spec, seed):
        """The program's model, made anew by running its code again, where the request has it as one
        layer: a subclass of Model. None for a model of layers."""
        names = [layer["class"] for layer in spec["layers"]]
        if len(names) != 1 or hasattr(self._family.keras.layers, names[0]):
            return None
        if type(self._ran().model).__name__ != names[0]:
            return None
        return self._source.run(self._family, seed).model

    def attribute(self, layer, key):
        found = getattr(self._donor(layer), key, None)
        if found is None:
            raise unsupported("{} of {} is the program's own and not found in it".format(key, describe(layer)))
        return found

    def layer(self, layer):
        """A layer as the program makes it, at fresh weights."""
        donor = self._donor(layer)
        if not isinstance(donor, self._family.keras.layers.Layer) or "OpLambda" in type(donor).__name__:
            raise unsupported("{} is an operation in the program's text, not a layer; put it into a Lambda "
                              "layer".format(describe(layer)))
        try:
            return self._copy(donor)
        except Exception as error:
            raise unsupported("{} cannot be made anew ({}: {}); give it get_config and from_config".format(
                describe(layer), type(error).__name__, str(error).split("\n")[0])) from error

    def _copy(self, donor):
        keras = self._family.keras
        if type(donor).__name__ == "Lambda":
            return donor  # a function has nothing to start anew, and does not survive get_config
        with keras.utils.custom_object_scope(self._ran().definitions()):
            if isinstance(donor, keras.Model):
                copy = keras.models.clone_model(donor)
                if self._ran().has_set_weights(donor):
                    copy.set_weights(donor.get_weights())
            else:
                copy = type(donor).from_config(donor.get_config())
        if not donor.trainable:
            copy.trainable = False
        return copy

    def _donor(self, layer):
        """The program's layer of that class, by name, else by the line that makes it."""
        candidates = [(own, line) for own, line in self._ran().layers() if type(own).__name__ == layer["class"]]
        for own, _ in candidates:
            if own.name == layer.get("name"):
                return own
        for own, line in candidates:
            if line is not None and line == layer.get("line"):
                return own
        raise unsupported("{} is not found in the program's model".format(describe(layer)))

    def loss(self, name):
        return self._compiled("loss", "loss " + name)

    def optimizer(self, name):
        own = self._ran().model.optimizer
        if own is None or type(own).__name__.lower() != name:
            raise unsupported("this Keras has no optimiser " + name)
        return type(own).from_config(own.get_config())

    def schedule(self):
        rate = getattr(self._ran().model.optimizer, "_learning_rate", None)
        if not callable(rate):
            raise unsupported("the learning-rate schedule is the program's own and not found in it")
        return rate

    def _compiled(self, argument, what):
        value = self._ran().compiled.get(argument)
        if isinstance(value, (list, tuple)) and len(value) == 1:
            value = value[0]
        if isinstance(value, dict) and len(value) == 1:
            value = next(iter(value.values()))
        if value is None or isinstance(value, (list, tuple, dict)):
            raise unsupported("{} is not one function that the program compiles with".format(what))
        return value

    def callback(self, place, name):
        """The program's own object: it keeps what it remembers from one training to the next unless it
        sets itself up in on_train_begin, as Keras's do."""
        callbacks = self._ran().callbacks
        if place >= len(callbacks) or type(callbacks[place]).__name__ != name:
            raise unsupported("callback {} is the program's own and not found in it".format(name))
        return callbacks[place]

    def metric(self, name):
        return self._ran().metric(name)
