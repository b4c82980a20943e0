"""Breast cancer data of scikit-learn, thirty measurements as they come."""
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from tensorflow import keras

measurements, malignant = load_breast_cancer(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(measurements, malignant, test_size=0.4, random_state=9, stratify=malignant)

model = keras.Sequential()
model.add(keras.layers.Dense(16, activation="relu", input_dim=30))
model.add(keras.layers.Dense(1, activation="sigmoid"))
model.compile(optimizer="sgd", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=60, batch_size=16, verbose=0)

loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print("Loss on the test set: %.3f, accuracy: %.3f" % (loss, accuracy))
