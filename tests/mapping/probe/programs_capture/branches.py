"""A functional model with two inputs, a shared layer, recurrent layers and merges."""
import numpy as np
from tensorflow import keras
from tensorflow.keras.layers import (GRU, LSTM, Add, AveragePooling1D, Concatenate, Conv1D, Dense,
                                     Embedding, GlobalAveragePooling1D, GlobalMaxPooling1D, Input,
                                     MaxPooling1D)
from tensorflow.keras.models import Model


def branch(tensor, units):
    hidden = Dense(units, activation="tanh")(tensor)
    return Add()([hidden, Dense(units)(tensor)])


words = Input(shape=(20,), name="words")
numbers = Input(shape=(6,), name="numbers")
embedded = Embedding(50, 8, embeddings_initializer="uniform")(words)
narrow = MaxPooling1D(2)(Conv1D(5, 3, padding="causal", activation="relu")(embedded))
first = LSTM(7, dropout=0.1, recurrent_initializer="glorot_uniform")(narrow)
second = GRU(7, return_sequences=True)(AveragePooling1D(2)(embedded))
pooled = Concatenate()([GlobalMaxPooling1D()(second), GlobalAveragePooling1D()(second)])
shared = Dense(4, activation="sigmoid", name="shared")
merged = Concatenate(axis=-1)([shared(first), shared(Dense(7)(branch(numbers, 7))), pooled])
output = Dense(1)(merged)
net = Model(inputs=[words, numbers], outputs=output)

rng = np.random.RandomState(1)
x1, x2, y = rng.randint(0, 50, (40, 20)), rng.rand(40, 6), rng.rand(40)
net.compile("rmsprop", "mse", metrics=["mae"])
history = net.fit([x1, x2], y, batch_size=10, epochs=4, verbose=0, validation_split=0.25)
print(history.history["val_loss"], net.evaluate([x1, x2], y))
