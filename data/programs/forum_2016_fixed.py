# -*- coding: utf-8 -*-
from __future__ import print_function
import numpy as np
from keras.models import Sequential
from keras.layers import Dense, Dropout, Activation
from keras.optimizers import SGD

np.random.seed(1337)  # for reproducibility

# generate dummy data: is the first half of the vector larger than the second half?
data = np.random.random((1400, 20))
labels = (data[:, :10].sum(axis=1) > data[:, 10:].sum(axis=1)).astype('int')

X_train, y_train = data[:1000], labels[:1000]
X_test, y_test = data[1000:], labels[1000:]

model = Sequential()
model.add(Dense(64, input_dim=20, kernel_initializer='uniform'))
model.add(Activation('tanh'))
model.add(Dropout(0.2))
model.add(Dense(64, kernel_initializer='uniform'))
model.add(Activation('tanh'))
model.add(Dropout(0.2))
model.add(Dense(1, kernel_initializer='uniform'))
model.add(Activation('sigmoid'))

sgd = SGD(0.05, momentum=0.9, nesterov=True)
model.compile(loss='binary_crossentropy', optimizer=sgd, metrics=['accuracy'])

model.fit(X_train, y_train, epochs=40, batch_size=32, verbose=0)
score = model.evaluate(X_test, y_test, batch_size=32, verbose=0)
print('Test score:', score[0])
print('Test accuracy:', score[1])
