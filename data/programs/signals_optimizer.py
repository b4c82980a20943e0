"""Which of four wave forms is this noisy signal?"""
import numpy as np
from tensorflow import keras

LENGTH = 24
OPTIMIZER = "adadelta"


def waves(count, rng):
    kind = rng.integers(0, 4, size=count)
    phase = rng.uniform(0, 1, size=(count, 1))
    t = np.linspace(0, 2, LENGTH)[None, :] + phase
    forms = np.stack([np.sin(2 * np.pi * t), np.sign(np.sin(2 * np.pi * t)),
                      2 * (t % 1) - 1, np.abs(2 * (t % 1) - 1) * 2 - 1])
    signal = forms[kind, np.arange(count)] + rng.normal(0, 0.12, size=(count, LENGTH))
    return signal.astype("float32"), kind


rng = np.random.default_rng(0)
x_train, y_train = waves(1000, rng)
x_test, y_test = waves(500, rng)

model = keras.Sequential([
    keras.layers.Input((LENGTH,)),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dense(4, activation="softmax"),
])
model.compile(optimizer=OPTIMIZER, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=25, batch_size=32, verbose=0)
test_loss, test_acc = model.evaluate(x_test, y_test, verbose=0)
print("Test accuracy:", test_acc)
