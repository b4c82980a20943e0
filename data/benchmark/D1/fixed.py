"""Tells vectors of ones from vectors of zeros."""
import numpy as np
from tensorflow.keras.layers import Activation, Dense, Dropout
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers import RMSprop

LENGTH = 128


def make_data(rows_per_class):
    ones = np.ones((rows_per_class, LENGTH), dtype="float32")
    zeros = np.zeros((rows_per_class, LENGTH), dtype="float32")
    labels = np.array([True] * rows_per_class + [False] * rows_per_class)
    return np.concatenate([ones, zeros]), labels


X_train, y_train = make_data(10000)
X_test, y_test = make_data(100)

model = Sequential()
model.add(Dense(50, input_shape=(LENGTH,), kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(Activation("relu"))
model.add(Dropout(0.2))
model.add(Dense(50, kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(Activation("relu"))
model.add(Dropout(0.2))
model.add(Dense(1, kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(Activation("sigmoid"))

model.compile(loss="binary_crossentropy", optimizer=RMSprop(learning_rate=0.001), metrics=["accuracy"])
model.fit(X_train, y_train, batch_size=32, epochs=1, verbose=0)

loss, accuracy = model.evaluate(X_test, y_test, verbose=0)
print("accuracy:", accuracy)
