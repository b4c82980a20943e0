"""Half moons, separated by a small network trained with plain gradient descent."""
import numpy as np
from sklearn.datasets import make_moons
from tensorflow import keras

x, y = make_moons(n_samples=1200, noise=0.12, random_state=3)
x_train, y_train = x[:700], y[:700]
x_test, y_test = x[700:], y[700:]


def build_model():
    model = keras.models.Sequential()
    model.add(keras.layers.Dense(32, activation="tanh", input_shape=(2,)))
    model.add(keras.layers.Dense(32, activation="tanh"))
    model.add(keras.layers.Dense(2, activation="softmax"))
    sgd = keras.optimizers.SGD(learning_rate=0.00001, momentum=0.9)
    model.compile(optimizer=sgd, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


model = build_model()
model.fit(x_train, y_train, epochs=40, batch_size=32, verbose=0)
result = model.evaluate(x_test, y_test, verbose=0)
print("loss %.4f, accuracy %.4f" % (result[0], result[1]))
print("share of class 1 in the test set: %.2f" % np.mean(y_test))
