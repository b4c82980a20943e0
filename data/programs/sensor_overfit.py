"""Calibrates a gauge: the true value from four noisy channels."""
import numpy as np
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers import Adam

EPOCHS = 150

rng = np.random.default_rng(12)
channels = rng.normal(size=(750, 4))
value = channels @ np.array([0.7, -0.4, 0.5, 0.2]) + rng.normal(scale=1.0, size=750)

x_train, y_train = channels[:200], value[:200]
x_test, y_test = channels[200:], value[200:]

model = Sequential()
model.add(Dense(64, activation="relu", input_shape=(4,)))
model.add(Dense(64, activation="relu"))
model.add(Dense(1))
model.compile(optimizer=Adam(learning_rate=0.002), loss="mean_squared_error", metrics=["mae"])
history = model.fit(x_train, y_train, validation_split=0.25, epochs=EPOCHS, batch_size=16, verbose=0)

print("lowest validation error: %.3f" % min(history.history["val_loss"]))
print("test error (mean absolute): %.3f" % model.evaluate(x_test, y_test, verbose=0)[1])
