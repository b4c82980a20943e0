"""Two convolutions and a wide dense layer on CIFAR-10."""
from tensorflow import keras
from tensorflow.keras.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers import Adam

(x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()
x_train = x_train.astype("float32") / 255.0
x_test = x_test.astype("float32") / 255.0
y_train = keras.utils.to_categorical(y_train, 10)
y_test = keras.utils.to_categorical(y_test, 10)

model = Sequential()
model.add(Conv2D(256, (3, 3), activation="relu", input_shape=(32, 32, 3),
                 kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Conv2D(128, (2, 2), activation="relu",
                 kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Flatten())
model.add(Dense(1024, activation="relu", kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(Dropout(0.5))
model.add(Dense(10, activation="softmax", kernel_initializer="glorot_uniform", bias_initializer="zeros"))

model.compile(loss="categorical_crossentropy", optimizer=Adam(learning_rate=0.001), metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=1000, epochs=5, verbose=0)

loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print("accuracy:", accuracy)
