"""The 8x8 digits read row by row."""
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from tensorflow.keras import Sequential
from tensorflow.keras.layers import GRU, Dense
from tensorflow.keras.utils import to_categorical

config = {"units": 32, "lr": 0.005}

digits = load_digits()
images = digits.images.astype("float32") / 16.0
labels = to_categorical(digits.target, 10)
train_x, test_x, train_y, test_y = train_test_split(images, labels, test_size=1 / 3, random_state=2)

model = Sequential([
    GRU(config["units"], input_shape=(8, 8)),
    Dense(32, activation="relu"),
    Dense(10, activation="softmax"),
])
from tensorflow.keras.optimizers import Adam
model.compile(loss="categorical_crossentropy", optimizer=Adam(learning_rate=config["lr"]), metrics=["accuracy"])
model.fit(train_x, train_y, epochs=15, batch_size=32, verbose=0)
loss, accuracy = model.evaluate(test_x, test_y, verbose=0)
print("accuracy %.3f" % accuracy)
