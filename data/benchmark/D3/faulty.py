"""Learns on which side of a threshold a number lies.

The table of the question is not public. The rows here are stand-ins that the program draws itself: one number and
one of two classes of about equal size, which a threshold tells apart.
"""
import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, StandardScaler
from tensorflow.keras.layers import Activation, Dense
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers import RMSprop
from tensorflow.keras.utils import to_categorical

rng = np.random.default_rng(42)
numbers = rng.uniform(0.0, 100.0, size=(10000, 1))
classes = np.where(numbers[:, 0] < 50.0, "low", "high")

X = StandardScaler().fit_transform(numbers)
Y = to_categorical(LabelEncoder().fit_transform(classes))
X_train, X_test, Y_train, Y_test = train_test_split(X, Y, test_size=0.2, random_state=42, shuffle=True)

model = Sequential()
model.add(Dense(1, input_shape=(1,), kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(Activation("sigmoid"))
model.add(Dense(2, activation="softmax", kernel_initializer="normal", bias_initializer="zeros"))

model.compile(loss="mean_absolute_error", optimizer=RMSprop(learning_rate=0.001), metrics=["accuracy"])
model.fit(X_train, Y_train, batch_size=200, epochs=10, verbose=0)

loss, accuracy = model.evaluate(X_test, Y_test, verbose=0)
print("accuracy:", accuracy)
