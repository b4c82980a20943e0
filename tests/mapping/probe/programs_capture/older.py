"""Keras 2 as tf_keras has it."""
import numpy as np
from tf_keras.models import Sequential
from tf_keras.layers import Dense, Dropout, LSTM, LeakyReLU
from tf_keras.optimizers import Adagrad
from tf_keras import regularizers
from tf_keras.utils import to_categorical

x = np.linspace(0, 1, 240).reshape(20, 4, 3)
y = to_categorical(np.arange(20) % 3)
model = Sequential()
model.add(LSTM(5, input_shape=(4, 3), return_sequences=False, kernel_regularizer=regularizers.l2(0.02)))
model.add(LeakyReLU(alpha=0.2))
model.add(Dropout(0.5))
model.add(Dense(3, activation='softmax', kernel_regularizer=regularizers.l1_l2(0.1, 0.3)))
model.compile(loss='categorical_crossentropy', optimizer=Adagrad(0.02), metrics=['accuracy'])
model.fit(x, y, epochs=3, batch_size=5)
score = model.evaluate(x, y)
