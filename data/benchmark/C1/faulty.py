"""A convolutional network on CIFAR-10."""
from sklearn.model_selection import train_test_split
from tensorflow import keras
from tensorflow.keras.layers import Conv2D, Dense, Flatten, MaxPooling2D
from tensorflow.keras.models import Sequential

num_classes = 10

(x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()
x_train = x_train.astype("float32") / 255
x_test = x_test.astype("float32") / 255
# A fifth of the training images is kept apart.
x_train, x_val, y_train, y_val = train_test_split(x_train, y_train, test_size=0.2, random_state=0)

model = Sequential()
model.add(Conv2D(32, (3, 3), activation="relu",
                 kernel_initializer="glorot_uniform", bias_initializer="zeros", input_shape=(32, 32, 3)))
model.add(MaxPooling2D((2, 2)))
model.add(Conv2D(64, (3, 3), activation="hard_sigmoid",
                 kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(MaxPooling2D((2, 2)))
model.add(Conv2D(128, (3, 3), activation="relu",
                 kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(MaxPooling2D((2, 2)))
model.add(Flatten())
model.add(Dense(256, activation="relu", kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(Dense(128, activation="relu", kernel_initializer="glorot_uniform", bias_initializer="zeros"))
model.add(Dense(num_classes, activation="softmax", kernel_initializer="glorot_uniform", bias_initializer="zeros"))

model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.001),
              loss="sparse_categorical_crossentropy",
              metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=64, epochs=50, verbose=0)

score = model.evaluate(x_test, y_test, verbose=0)
print("Test loss:", score[0])
print("Test accuracy:", score[1])
