"""Three clouds of points; the training rows come sorted by class and are shuffled first."""
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

rng = np.random.default_rng(21)


def cloud(centre, count):
    return rng.normal(centre, 1.0, size=(count, 6))


def collect(count):
    x = np.concatenate([cloud(-1.5, count), cloud(0.0, count), cloud(1.5, count)])
    return x, np.repeat([0, 1, 2], count)


x_train, y_train = collect(300)
x_test, y_test = collect(150)

order = rng.permutation(len(x_train))
x_train, y_train = x_train[order], y_train[order]

inputs = keras.Input(shape=(6,))
x = layers.Dense(24, activation="relu")(inputs)
outputs = layers.Dense(3, activation="softmax")(x)
model = keras.Model(inputs, outputs)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=20, batch_size=16, verbose=0)

print("test accuracy:", model.evaluate(x_test, y_test, verbose=0)[1])
