"""The Reuters example: a Keras data set and a tokenizer's matrix."""
import keras
from keras.datasets import reuters
from keras.layers import Activation, Dense
from keras.models import Sequential

(x_train, y_train), (x_test, y_test) = reuters.load_data(num_words=50, test_split=0.25)
classes = int(max(y_train)) + 1
import numpy as np
from keras.utils import pad_sequences, to_categorical
x_train = pad_sequences(x_train, maxlen=12)
x_test = pad_sequences(x_test, maxlen=12, truncating="post", padding="post")
model = Sequential()
model.add(Dense(16, input_shape=(12,)))
model.add(Activation("relu"))
model.add(Dense(classes))
model.add(Activation("softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(x_train, to_categorical(y_train, classes), batch_size=32, epochs=2)
print(model.evaluate(x_test, to_categorical(y_test, classes)))
