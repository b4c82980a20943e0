"""Handwritten digits (8x8) with a multilayer perceptron."""
import keras
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

LEARNING_RATE = 0.002
BATCH_SIZE = 32
EPOCHS = 30

images, labels = load_digits(return_X_y=True)
images = images / 16.0
labels = keras.utils.to_categorical(labels, 10)
x_train, x_test, y_train, y_test = train_test_split(images, labels, test_size=0.3, random_state=5)

model = keras.Sequential([
    keras.Input(shape=(64,)),
    keras.layers.Dense(96, activation="relu"),
    keras.layers.Dense(48, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=LEARNING_RATE),
    loss="categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x_train, y_train, batch_size=BATCH_SIZE, epochs=EPOCHS, verbose=0)

loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"accuracy on the test set: {accuracy:.3f}")
