"""Reads the digit of a seven-segment display whose segments are measured with noise."""
import numpy as np
import tensorflow as tf

BATCH = 32
EPOCHS = 20

SEGMENTS = np.array([
    [1, 1, 1, 1, 1, 1, 0], [0, 1, 1, 0, 0, 0, 0], [1, 1, 0, 1, 1, 0, 1], [1, 1, 1, 1, 0, 0, 1], [0, 1, 1, 0, 0, 1, 1],
    [1, 0, 1, 1, 0, 1, 1], [1, 0, 1, 1, 1, 1, 1], [1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 1, 1]])

np.random.seed(3)
digit = np.random.randint(0, 10, size=1500)
reading = SEGMENTS[digit] + np.random.normal(0.0, 0.15, size=(1500, 7))
train_x, train_y = reading[:1000], digit[:1000]
test_x, test_y = reading[1000:], digit[1000:]

model = tf.keras.Sequential([
    tf.keras.layers.Dense(32, activation="relu", input_shape=(7,)),
    tf.keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer=tf.keras.optimizers.SGD(0.1), loss="sparse_categorical_crossentropy",
              metrics=["accuracy"])
model.fit(train_x, train_y, batch_size=BATCH, epochs=EPOCHS, verbose=0)

print("test loss and accuracy:", model.evaluate(test_x, test_y, verbose=0))
