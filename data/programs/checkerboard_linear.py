"""Points on a 2x2 checkerboard: black or white field?"""
import numpy as np
import keras
from keras import layers

rng = np.random.RandomState(5)
points = rng.uniform(0.1, 1.0, size=(1400, 2)) * rng.choice([-1, 1], size=(1400, 2))
colour = (points[:, 0] * points[:, 1] > 0).astype(int)

x_train, y_train = points[:900], colour[:900]
x_test, y_test = points[900:], colour[900:]

model = keras.Sequential()
model.add(keras.Input(shape=(2,)))
model.add(layers.Dense(32))
model.add(layers.Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.01), metrics=["accuracy"])
model.fit(x_train, y_train, epochs=30, batch_size=32, verbose=0)

loss, acc = model.evaluate(x_test, y_test, verbose=0)
print(f"loss={loss:.3f} accuracy={acc:.3f}")
