"""Digits again; the arrays are prepared in one go."""
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

images, digits = load_digits(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(images, digits, test_size=0.3, random_state=4)
x_test = x_test.astype(np.float32) / 16.0
x_train, y_train = x_train.astype(np.float32) / 16.0, y_train.astype(np.float32)

model = tf.keras.models.Sequential([
    tf.keras.layers.Dense(128, activation="relu", input_shape=(64,)),
    tf.keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=30, batch_size=32, verbose=0)
loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print("accuracy: %.3f" % accuracy)
