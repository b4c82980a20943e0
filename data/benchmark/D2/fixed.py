"""Tells collisions with a Higgs boson from background by 31 measured columns.

The table of the Higgs boson challenge is not part of this repository. The rows here are stand-ins that the program
draws itself: columns of the same number and ranges, -999 where a value is missing, classes of about the same shares.
"""
import numpy as np
from sklearn.model_selection import train_test_split
from tensorflow.keras.layers import Dense, Dropout
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers import Adam

COLUMNS = 31
MISSING = -999.0


def draw_collisions(rows, rng):
    """Stand-ins for the challenge's table: features of shape (rows, 31), label 0 for signal and 1 for background."""
    background = (rng.random(rows) < 0.665).astype("int64")
    signal = 1 - background
    masses = rng.gamma(2.0, 55.0, size=(rows, 6)) + 20.0 * background[:, None]
    masses[:, 0] = np.where(signal, rng.normal(122.0, 18.0, rows), masses[:, 0])
    momenta = 20.0 + rng.gamma(1.5, 30.0 + 15.0 * signal, size=(8, rows)).T
    angles = rng.uniform(-np.pi, np.pi, size=(rows, 5))
    directions = np.clip(rng.normal(0.0, 1.2, size=(rows, 4)), -4.5, 4.5)
    jets = np.minimum(rng.poisson(0.9 + 0.3 * signal), 3)
    jet_values = rng.gamma(2.0, 45.0, size=(rows, 6)) + 15.0 * signal[:, None]
    jet_values[jets < 2] = MISSING
    jet_values[:, :3][jets == 1] = 30.0 + rng.gamma(2.0, 25.0, size=(np.sum(jets == 1), 3))
    masses[rng.random(rows) < 0.15, 0] = MISSING
    weights = rng.uniform(0.0, np.where(signal, 1.5, 3.0))
    return np.column_stack([masses, momenta, angles, directions, jets, jet_values, weights]), background


X, y = draw_collisions(10000, np.random.default_rng(42))
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=42)

model = Sequential()
model.add(Dense(600, input_shape=(COLUMNS,), activation="relu",
                kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(Dropout(0.5))
model.add(Dense(400, activation="relu", kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(Dropout(0.5))
model.add(Dense(100, activation="relu", kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(Dropout(0.5))
model.add(Dense(1, activation="sigmoid", kernel_initializer="glorot_uniform", bias_initializer="zeros"))

model.compile(loss="binary_crossentropy", optimizer=Adam(learning_rate=0.001), metrics=["accuracy"])
model.fit(X_train, y_train, batch_size=64, epochs=100, verbose=0)

loss, accuracy = model.evaluate(X_test, y_test, verbose=0)
print("accuracy:", accuracy)
