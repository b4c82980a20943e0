"""Sorts Reuters newswires into topics by the words that occur in them."""
import numpy as np
from sklearn.model_selection import train_test_split
from tensorflow import keras
from tensorflow.keras.datasets import reuters
from tensorflow.keras.layers import Dense, Dropout
from tensorflow.keras.models import Sequential

MAX_WORDS = 10000
CLASSES = 46


def bag_of_words(sequences):
    """One row a newswire: 1 where one of the most frequent words occurs, else 0."""
    rows = np.zeros((len(sequences), MAX_WORDS), dtype="float32")
    for row, sequence in zip(rows, sequences):
        row[[word for word in sequence if word < MAX_WORDS]] = 1
    return rows


(x_train, y_train), (x_test, y_test) = reuters.load_data(num_words=None, test_split=0.2, seed=42)
x_train = bag_of_words(x_train)
x_test = bag_of_words(x_test)
y_train = keras.utils.to_categorical(y_train, CLASSES)
y_test = keras.utils.to_categorical(y_test, CLASSES)
# A fifth of the training rows is kept apart.
x_train, x_val, y_train, y_val = train_test_split(x_train, y_train, test_size=0.2, random_state=42)

model = Sequential()
model.add(Dense(512, input_shape=(MAX_WORDS,), activation="relu",
                kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(Dropout(0.5))
model.add(Dense(CLASSES, activation="softmax", kernel_initializer="glorot_uniform", bias_initializer="zeros"))

model.compile(loss="categorical_crossentropy",
              optimizer=keras.optimizers.SGD(learning_rate=0.001),
              metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=32, epochs=3, verbose=0)

score = model.evaluate(x_test, y_test, verbose=0)
print("Test loss:", score[0])
print("Test accuracy:", score[1])
