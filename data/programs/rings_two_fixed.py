"""Three rings around the origin; one-hot labels, settings at the top."""
import numpy as np
from keras.layers import Dense
from keras.models import Sequential
from keras.optimizers import SGD
from keras.utils import to_categorical

epochs = 30
batch_size = 32
learning_rate = 0.02

np.random.seed(2)
n = 1500
ring = np.random.randint(0, 3, n)
angle = np.random.rand(n) * 2 * np.pi
radius = 0.6 + 0.8 * ring + np.random.normal(0, 0.1, n)
X = np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))
Y = to_categorical(ring, 3)
X_train, Y_train = X[:900], Y[:900]
X_test, Y_test = X[900:], Y[900:]

model = Sequential()
model.add(Dense(32, input_shape=(2,), activation='relu'))
model.add(Dense(3, activation='softmax'))
model.compile(SGD(learning_rate=learning_rate, momentum=0.9), loss='categorical_crossentropy', metrics=['accuracy'])
model.fit(X_train, Y_train, epochs=epochs, batch_size=batch_size, verbose=0)

loss, accuracy = model.evaluate(X_test, Y_test, verbose=0)
print('accuracy: {:.3f}'.format(accuracy))
