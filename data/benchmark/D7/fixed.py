"""Learns the line y = 5x with a single unit."""
import numpy as np
from sklearn.model_selection import train_test_split
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers import RMSprop

x = np.linspace(1, 2, 100).reshape(-1, 1)
y = x * 5
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2, random_state=42)

model = Sequential()
model.add(Dense(1, input_shape=(1,), activation="linear",
                kernel_initializer="glorot_uniform", bias_initializer="zeros"))

model.compile(loss="mean_squared_error", optimizer=RMSprop(learning_rate=0.1), metrics=["mae"])
model.fit(x_train, y_train, batch_size=32, epochs=200, verbose=0)

mse, mae = model.evaluate(x_test, y_test, verbose=0)
print("mean absolute error:", mae)
