"""Puts the recorder in front of a Keras's Model and Layer classes (real ones or the stand-in's)."""

import functools

from . import fake_results, fit_data


def remember_sites(layer_class, call_sites):
    """Every layer (and model) remembers where the program constructed it."""
    original = layer_class.__init__

    @functools.wraps(original)
    def initialise(self, *arguments, **keywords):
        original(self, *arguments, **keywords)
        call_sites.remember(self)

    layer_class.__init__ = initialise


def warn_of_weights(layer_class, recorder):
    """Weights that a program sets before it trains are not part of the document: that is said."""
    original = layer_class.set_weights

    @functools.wraps(original)
    def set_weights(self, *arguments, **keywords):
        _initial_weights(recorder)
        return original(self, *arguments, **keywords)

    layer_class.set_weights = set_weights


def _initial_weights(recorder):
    if not recorder.fits:
        recorder.warn("the program sets weights before it trains; its training is reproduced from "
                      "fresh ones", recorder.call_sites.here())


def intercept_model(model_class, recorder):
    """Replaces the methods that train, measure, predict or write files."""
    original_compile = model_class.compile

    def compile_method(self, *arguments, **keywords):
        return recorder.on_compile(original_compile, self, arguments, keywords)

    replaced = {"compile": compile_method}
    replaced.update(_fitting(recorder))
    replaced.update(_predicting(recorder))
    replaced.update(_batchwise(recorder))
    replaced.update(_files(recorder))
    for name, function in replaced.items():
        function.__name__ = name
        setattr(model_class, name, function)


def _fitting(recorder):
    def fit(self, *arguments, **keywords):
        return recorder.on_fit(self, arguments, keywords)

    def fit_generator(self, *arguments, **keywords):
        return recorder.on_fit(self, arguments, keywords, "fit_generator")

    def evaluate(self, *arguments, **keywords):
        return recorder.on_evaluate(self, arguments, keywords)

    def evaluate_generator(self, *arguments, **keywords):
        return recorder.on_evaluate(self, arguments, keywords, "evaluate_generator")

    return {"fit": fit, "fit_generator": fit_generator, "evaluate": evaluate,
            "evaluate_generator": evaluate_generator}


def _predicting(recorder):
    def predict(self, *arguments, **keywords):
        return recorder.on_predict(self, arguments, keywords)

    def predict_classes(self, *arguments, **keywords):
        values = recorder.on_predict(self, arguments, keywords)
        if values.shape[-1] > 1:
            return values.argmax(axis=-1)
        return (values > 0.5).astype("int32")

    def predict_on_batch(self, x):
        return fake_results.prediction(self, fit_data.rows_of(x))

    return {"predict": predict, "predict_proba": predict, "predict_classes": predict_classes,
            "predict_generator": predict, "predict_on_batch": predict_on_batch}


def _batchwise(recorder):
    def train_on_batch(self, *arguments, **keywords):
        return recorder.on_train_batch(self, arguments, keywords)

    def test_on_batch(self, *_arguments, **keywords):
        return fake_results.evaluation(recorder.metric_names(self), keywords.get("return_dict"))

    return {"train_on_batch": train_on_batch, "test_on_batch": test_on_batch}


def _files(recorder):
    saved = recorder.saved_models = {}

    def save(self, filepath=None, *_arguments, **_keywords):
        saved[str(filepath)] = self

    def nothing(self, *_arguments, **_keywords):
        return None

    def load_weights(self, *_arguments, **_keywords):
        _initial_weights(recorder)

    return {"save": save, "save_weights": nothing, "load_weights": load_weights, "export": nothing}


def loader(recorder, original):
    """`load_model` that knows the models that this run saved."""
    def load_model(filepath, *arguments, **keywords):
        if str(filepath) in recorder.saved_models:
            return recorder.saved_models[str(filepath)]
        return original(filepath, *arguments, **keywords)

    return load_model
