"""Friedman's first regression problem with standardised inputs."""
import numpy as np
from sklearn.datasets import make_friedman1
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
import tensorflow as tf

features, target = make_friedman1(n_samples=2000, n_features=10, noise=0.5, random_state=21)
x_train, x_test, y_train, y_test = train_test_split(features, target, test_size=0.3, random_state=5)
scaler = StandardScaler().fit(x_train)
x_train = scaler.transform(x_train)
x_test = scaler.transform(x_test)

model = tf.keras.Sequential()
model.add(tf.keras.layers.Dense(64, activation=tf.nn.relu, input_shape=(10,)))
model.add(tf.keras.layers.Dense(32, activation=tf.nn.relu))
model.add(tf.keras.layers.Dense(1))
model.compile(optimizer="adam", loss="mse", metrics=["mae"])
model.fit(x_train, y_train, epochs=40, batch_size=32, validation_split=0.1, verbose=0)
print(model.evaluate(x_test, y_test, verbose=0))
