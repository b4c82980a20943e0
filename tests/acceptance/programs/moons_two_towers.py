"""Two interleaved half moons, seen by two towers that meet before the output."""
import numpy as np
from sklearn.datasets import make_moons
from tensorflow import keras
from tensorflow.keras import layers

x, y = make_moons(n_samples=2400, noise=0.15, random_state=4)
x_train, y_train = x[:1600], y[:1600]
x_val, y_val = x[1600:], y[1600:]


def build():
    points = keras.Input(shape=(2,))
    wide = layers.Dense(32, activation="relu")(points)
    narrow = layers.Dense(8, activation="tanh")(points)
    joined = layers.concatenate([wide, narrow])
    hidden = layers.Dense(16, activation="relu")(joined)
    return keras.Model(points, layers.Dense(1, activation="sigmoid")(hidden))


model = build()
model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(learning_rate=0.01),
              metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=32, epochs=20, validation_data=(x_val, y_val), verbose=0)
print("accuracy", model.evaluate(x_val, y_val, verbose=0)[1])
