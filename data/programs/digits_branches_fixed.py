"""Digits with a functional model: the upper and the lower half of the picture have branches of their own."""
import keras
from keras import layers
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

x, y = load_digits(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(x / 16.0, y, test_size=0.3, random_state=1)

upper = keras.Input(shape=(32,), name="upper")
lower = keras.Input(shape=(32,), name="lower")
a = layers.Dense(48, activation="relu")(upper)
b = layers.Dense(48, activation="relu")(lower)
merged = layers.Concatenate()([a, b])
hidden = layers.Dense(48, activation="relu")(merged)
output = layers.Dense(10, activation="softmax")(hidden)

model = keras.Model(inputs=[upper, lower], outputs=output)
model.compile(optimizer=keras.optimizers.RMSprop(learning_rate=0.002), loss="sparse_categorical_crossentropy",
              metrics=["accuracy"])
model.fit([x_train[:, :32], x_train[:, 32:]], y_train, epochs=30, batch_size=32, verbose=0)

loss, accuracy = model.evaluate([x_test[:, :32], x_test[:, 32:]], y_test, verbose=0)
print("accuracy", accuracy)
