"""Two square clouds of points in the plane."""
import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers import Adam
from tensorflow.keras.utils import to_categorical

np.random.seed(42)

points, classes = [], []
for _ in range(100):
    points.append([np.random.uniform(0.2, 0.4), np.random.uniform(0.2, 0.4)])
    classes.append("class 1")
    points.append([np.random.uniform(0.7, 0.5), np.random.uniform(0.7, 0.5)])
    classes.append("class 2")

X = np.array(points)
Y = to_categorical(LabelEncoder().fit_transform(classes))
X_train, X_test, Y_train, Y_test = train_test_split(X, Y, test_size=0.2, random_state=42)

model = Sequential()
model.add(Dense(2, input_shape=(2,), activation="sigmoid",
                kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(Dense(2, activation="softmax", kernel_initializer="glorot_uniform", bias_initializer="zeros"))

model.compile(loss="categorical_crossentropy", optimizer=Adam(learning_rate=0.001), metrics=["accuracy"])
model.fit(X_train, Y_train, batch_size=32, epochs=5, verbose=0)

print("accuracy:", model.evaluate(X_test, Y_test, verbose=0)[1])
