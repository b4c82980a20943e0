"""Two convolutions and a dense layer on MNIST."""
from tensorflow import keras
from tensorflow.keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0
x_train = x_train.reshape(-1, 28, 28, 1)
x_test = x_test.reshape(-1, 28, 28, 1)
y_train = y_train.reshape(-1, 1)
y_test = y_test.reshape(-1, 1)

model = keras.Sequential()
model.add(layers.Conv2D(64, (3, 3), padding="same", activation="selu", input_shape=(28, 28, 1),
                        kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(layers.MaxPooling2D((2, 2)))
model.add(layers.Conv2D(32, (3, 3), padding="same", activation="sigmoid",
                        kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(layers.MaxPooling2D((2, 2)))
model.add(layers.Flatten())
model.add(layers.Dense(128, activation="relu", kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(layers.Dense(10, activation="softmax", kernel_initializer="glorot_uniform", bias_initializer="zeros"))

model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.001), loss="sparse_categorical_crossentropy",
              metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=200, epochs=10, verbose=0)

test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
print("accuracy:", test_accuracy)
