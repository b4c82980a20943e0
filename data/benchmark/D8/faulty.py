"""Learns the remainder of a 20-bit number after division by seven, in binary."""
import numpy as np
from sklearn.model_selection import train_test_split
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers import SGD

BITS = 20
DIVISOR = 7

np.random.seed(42)
powers = 2 ** np.arange(BITS)  # least significant bit first


def to_bits(numbers):
    return (numbers[:, None] // powers) % 2


X = np.random.randint(0, 2, size=(10000, BITS))
Y = to_bits((X @ powers) % DIVISOR)
X_train, X_test, Y_train, Y_test = train_test_split(X, Y, test_size=0.2, random_state=42)

model = Sequential()
model.add(Dense(20, input_shape=(BITS,), activation="relu",
                kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(Dense(20, activation="relu", kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(Dense(BITS, activation="softmax", kernel_initializer="glorot_uniform", bias_initializer="zeros"))

model.compile(loss="categorical_crossentropy", optimizer=SGD(learning_rate=0.01), metrics=["accuracy"])
model.fit(X_train, Y_train, batch_size=50, epochs=10, verbose=0)

loss, accuracy = model.evaluate(X_test, Y_test, verbose=0)
print("accuracy:", accuracy)
