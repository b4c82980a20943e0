"""Two noisy rings: is a point on the inner or on the outer one?"""
import numpy as np
from keras.layers import Dense
from keras.models import Sequential

rng = np.random.default_rng(7)


def draw(n):
    label = rng.integers(0, 2, size=n)
    angle = rng.uniform(0, 2 * np.pi, size=n)
    radius = 1.0 + label + rng.normal(0, 0.12, size=n)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return points.astype("float32"), label.astype("float32")


x_train, y_train = draw(600)
x_test, y_test = draw(400)

model = Sequential()
model.add(Dense(24, activation="relu", input_dim=2))
model.add(Dense(24, activation="relu"))
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])

model.fit(x_train, y_train, epochs=40, batch_size=32, verbose=0)
score = model.evaluate(x_test, y_test, verbose=0)
print("Test loss:", score[0])
print("Test accuracy:", score[1])
