"""Malignant or benign? A small dense network on the breast cancer data of scikit-learn."""
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from tensorflow import keras
from tensorflow.keras import layers

data = load_breast_cancer()
x_train, x_test, y_train, y_test = train_test_split(
    data.data, data.target, test_size=0.4, random_state=9, stratify=data.target)

scaler = StandardScaler()
x_train = scaler.fit_transform(x_train)
x_test = scaler.transform(x_test)

model = keras.Sequential([
    layers.Dense(16, activation="relu", input_shape=(30,)),
    layers.Dense(8, activation="relu"),
    layers.Dense(1, activation="softmax"),
])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=30, batch_size=16, validation_split=0.1, verbose=0)

loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print("test accuracy: %.3f" % accuracy)
