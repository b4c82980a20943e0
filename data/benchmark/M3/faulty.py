"""A convolutional network on MNIST."""
from tensorflow import keras
from tensorflow.keras.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D
from tensorflow.keras.models import Sequential

num_classes = 10

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.reshape(x_train.shape[0], 28, 28, 1).astype("float32") / 255
x_test = x_test.reshape(x_test.shape[0], 28, 28, 1).astype("float32") / 255
y_train = keras.utils.to_categorical(y_train, num_classes)
y_test = keras.utils.to_categorical(y_test, num_classes)

model = Sequential()
model.add(Conv2D(32, kernel_size=(3, 3), activation="relu",
                 kernel_initializer="glorot_uniform", bias_initializer="zeros", input_shape=(28, 28, 1)))
model.add(Conv2D(64, kernel_size=(3, 3), activation="relu",
                 kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(128, activation="relu", kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(Dropout(0.5))
model.add(Dense(num_classes, activation="linear", kernel_initializer="glorot_uniform", bias_initializer="zeros"))

model.compile(loss="categorical_crossentropy",
              optimizer=keras.optimizers.Adadelta(learning_rate=1.0),
              metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=128, epochs=12, verbose=0)

score = model.evaluate(x_test, y_test, verbose=0)
print("Test loss:", score[0])
print("Test accuracy:", score[1])
