"""Measures a case in a Keras: forward pass, gradients, weights after some steps of fit."""

import numpy

import oracle_case


class Family:
    """One line of Keras. `optimizers`: the module that its optimisers come from."""

    def __init__(self, profile, keras, optimizers):
        self.profile = profile
        self.keras = keras
        self.optimizers = optimizers
        self.is_keras3 = profile == "keras3"


def families():
    """The lines at hand: current Keras, tf_keras, and tf_keras with its legacy optimisers."""
    import keras
    import tf_keras

    return [
        Family("keras3", keras, keras.optimizers),
        Family("tf211", tf_keras, tf_keras.optimizers),
        Family("tf24", tf_keras, tf_keras.optimizers.legacy),
    ]


_OPTIMIZERS = {
    "sgd": "SGD",
    "rmsprop": "RMSprop",
    "adagrad": "Adagrad",
    "adadelta": "Adadelta",
    "adam": "Adam",
    "adamax": "Adamax",
    "nadam": "Nadam",
    "ftrl": "Ftrl",
    "adamw": "AdamW",
    "lion": "Lion",
}
_LOSSES = {
    "categorical_crossentropy": "CategoricalCrossentropy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "binary_crossentropy": "BinaryCrossentropy",
    "huber": "Huber",
}


def make_layer(family, class_name, arguments):
    """Errors: AttributeError where this Keras has no such layer."""
    arguments = {key: _argument(family, value) for key, value in arguments.items()}
    if family.is_keras3 or class_name != "LeakyReLU":
        return getattr(family.keras.layers, class_name)(**arguments)
    if "negative_slope" in arguments:
        arguments["alpha"] = arguments.pop("negative_slope")
    return family.keras.layers.LeakyReLU(**arguments)


def _argument(family, value):
    """("layer", class, arguments), ("regularizers" | "constraints" | "initializers", class, arguments) or a plain value."""
    if not isinstance(value, tuple) or not value or not isinstance(value[0], str):
        return value
    if value[0] == "layer":
        return make_layer(family, value[1], value[2])
    return getattr(getattr(family.keras, value[0]), value[1])(**value[2])


def make_optimizer(family, name, rate, options):
    if isinstance(rate, tuple):
        rate = getattr(family.keras.optimizers.schedules, rate[0])(**rate[1])
    return getattr(family.optimizers, _OPTIMIZERS[name])(learning_rate=rate, **options)


def make_loss(family, name, options):
    return getattr(family.keras.losses, _LOSSES[name])(**options) if options else name


def runs_eagerly(case):
    """Eager is quicker; cross-entropies and optimisers compute otherwise in a graph, which fit makes by default."""
    return (
        not case["loss"].endswith("crossentropy")
        and case["optimizer"][0] == "sgd"
        and not case["optimizer"][2]
    )


class Model:
    """The Keras model of a case, compiled, with the case's data and weights."""

    def __init__(self, family, case):
        self.family = family
        self.case = case
        random = oracle_case.random_of(case["name"])
        rows = case.get("rows", oracle_case.ROWS)
        self.x = [oracle_case.make_data(kind, random, rows) for kind in case["x"]]
        self.y = oracle_case.make_data(case["y"], random, rows)
        self._build()
        self.initial = self._draw_weights(random)
        weight = case.get("sample_weight")
        self.sample_weight = None if weight is None else numpy.array(weight, "float32")

    def _build(self):
        keras = self.family.keras
        inputs = [keras.Input(shape=x.shape[1:]) for x in self.x]
        tensors = {"x%d" % i: tensor for i, tensor in enumerate(inputs)}
        self.layers = []
        before = "x0"
        for index, (class_name, arguments, *inbound) in enumerate(self.case["layers"]):
            layer = make_layer(self.family, class_name, arguments)
            sources = [tensors[key] for key in (inbound[0] if inbound else [before])]
            tensors[index] = layer(sources if len(sources) > 1 else sources[0])
            self.layers.append(layer)
            before = index
        self.model = keras.Model(inputs, tensors[before])
        loss = make_loss(self.family, self.case["loss"], self.case.get("loss_options"))
        metrics = [self._metric(metric) for metric in self.case.get("metrics", [])]
        self.eager = runs_eagerly(self.case)
        self.model.compile(
            loss=loss,
            optimizer=make_optimizer(self.family, *self.case["optimizer"]),
            metrics=metrics,
            run_eagerly=self.eager,
        )

    def _metric(self, metric):
        if isinstance(metric, str):
            return metric
        return getattr(self.family.keras.metrics, metric[1])(**metric[2])

    def _draw_weights(self, random):
        given = self.case.get("weights")
        drawn = []
        for index, layer in enumerate(self.layers):
            names = [getattr(w, "path", w.name) for w in layer.weights]
            shapes = [w.shape for w in layer.get_weights()]
            own = [oracle_case.draw_weight(name, shape, random) for name, shape in zip(names, shapes)]
            if given is not None and given.get(index) is not None:
                own = [numpy.array(w, "float32").reshape(s) for w, s in zip(given[index], shapes)]
            drawn.append(own)
        return drawn

    def reset(self):
        for layer, weights in zip(self.layers, self.initial):
            if weights:
                layer.set_weights(weights)

    def inputs(self):
        return self.x if len(self.x) > 1 else self.x[0]

    def output(self):
        self.reset()
        return self.model(self.inputs(), training=False).numpy()

    def gradients(self):
        """One per trainable weight, in the layers' order."""
        import tensorflow

        self.reset()
        y = self.y
        if y.ndim == 1 and not self.family.is_keras3:
            y = y[:, None]
        weights = [w for layer in self.layers for w in layer.trainable_weights]
        variables = [getattr(w, "value", w) if self.family.is_keras3 else w for w in weights]

        def compute(x, y):
            with tensorflow.GradientTape() as tape:
                prediction = self.model(x, training=True)
                loss = self.model.compute_loss(x=x, y=y, y_pred=prediction, sample_weight=self.sample_weight)
            found = tape.gradient(loss, variables)
            return [
                tensorflow.zeros_like(v) if g is None else tensorflow.convert_to_tensor(g)
                for v, g in zip(variables, found)
            ]

        if not self.eager:
            compute = tensorflow.function(compute)
        inputs = tensorflow.nest.map_structure(tensorflow.constant, self.inputs())
        return [g.numpy() for g in compute(inputs, tensorflow.constant(y))]

    def fit(self, callbacks=()):
        """{"losses", metrics by name} of each epoch; one batch an epoch unless the case says otherwise."""
        self.reset()
        options = dict(
            {
                "batch_size": len(self.y),
                "epochs": self.case.get("steps", oracle_case.STEPS),
                "shuffle": False,
            },
            **self.case.get("fit", {})
        )
        history = self.model.fit(
            self.inputs(),
            self.y,
            verbose=0,
            sample_weight=self.sample_weight,
            class_weight=self.case.get("class_weight"),
            callbacks=list(callbacks),
            **options
        )
        return history.history

    def weights(self):
        return [w for layer in self.layers for w in layer.get_weights()]


def measure(family, case):
    """What the fixture keeps of a case in this Keras, as arrays. {"raises": True} where it raises."""
    keep = case.get("keep", ("gradients", "after"))
    result = {}
    try:
        model = Model(family, case)
        if "output" in keep:
            result["output"] = model.output()
        if "gradients" in keep:
            result["gradients"] = model.gradients()
        history = model.fit()
    except Exception as error:  # every error of Keras and TensorFlow is an outcome here
        if not case.get("may_raise"):
            raise
        return {"raises": True}, type(error).__name__
    result["losses"] = numpy.array(history["loss"])
    names = [
        key for key in history if key not in ("loss", "lr", "learning_rate") and not key.startswith("val_")
    ]
    for metric, key in zip(case.get("follow", []), names):
        result.setdefault("metrics", {})[metric] = numpy.array(history[key], "float64")
    if "after" in keep:
        result["after"] = model.weights()
    return result, model
