# Three arms of a spiral.
import numpy as np
from keras.layers import Dense, Dropout
from keras.models import Sequential
from keras.optimizers import RMSprop

rng = np.random.RandomState(11)
PER_ARM = 700
radius = np.sqrt(rng.rand(3, PER_ARM))
angle = 4.0 * radius + np.arange(3)[:, None] * 2.0 * np.pi / 3.0 + 0.15 * rng.randn(3, PER_ARM)
X = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1).reshape(-1, 2)
y = np.repeat(np.arange(3), PER_ARM)
order = rng.permutation(len(X))
X, y = X[order], y[order]

batch_size = 16
epochs = 30

model = Sequential()
model.add(Dense(48, activation='relu', input_dim=2))
model.add(Dense(48, activation='relu'))
model.add(Dropout(0.1))
model.add(Dense(3, activation='softmax'))
model.compile(optimizer=RMSprop(learning_rate=0.003), loss='sparse_categorical_crossentropy', metrics=['accuracy'])
model.fit(X[:1400], y[:1400], batch_size=batch_size, epochs=epochs, verbose=0)
score = model.evaluate(X[1400:], y[1400:], verbose=0)
print('score', score)
