"""A small convolutional network on the 8x8 digits."""
import numpy as np
from sklearn.datasets import load_digits
from tensorflow.keras.layers import Conv2D, Dense, Flatten, MaxPooling2D
from tensorflow.keras.models import Sequential

digits = load_digits()
images = (digits.images / 16.0).reshape(-1, 8, 8, 1).astype("float32")
order = np.random.RandomState(0).permutation(len(images))
images, labels = images[order], digits.target[order]
x_train, x_test = images[:1200], images[1200:]
y_train, y_test = labels[:1200], labels[1200:]

model = Sequential([
    Conv2D(16, (3, 3), activation="relu", input_shape=(8, 8, 1)),
    MaxPooling2D((2, 2)),
    Flatten(),
    Dense(64, activation="relu"),
    Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=16, epochs=25, verbose=0)

test_loss, test_acc = model.evaluate(x_test, y_test, verbose=0)
print("Test accuracy: {:.3f}".format(test_acc))
