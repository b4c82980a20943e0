"""A network with one hidden layer on MNIST, trained by stochastic gradient descent."""
from tensorflow import keras
from tensorflow.keras.initializers import RandomNormal
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers import SGD

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.reshape(60000, 784).astype("float32") / 255
x_test = x_test.reshape(10000, 784).astype("float32") / 255
y_train = keras.utils.to_categorical(y_train, 10)
y_test = keras.utils.to_categorical(y_test, 10)

model = Sequential()
model.add(Dense(30, input_shape=(784,), activation="sigmoid",
                kernel_initializer=RandomNormal(mean=0.0, stddev=1.0),
                bias_initializer=RandomNormal(mean=0.0, stddev=1.0)))
model.add(Dense(10, activation="softmax",
                kernel_initializer=RandomNormal(mean=0.0, stddev=1.0),
                bias_initializer=RandomNormal(mean=0.0, stddev=1.0)))

model.compile(loss="categorical_crossentropy", optimizer=SGD(learning_rate=0.1), metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=10, epochs=30, verbose=0)

score = model.evaluate(x_test, y_test, verbose=0)
print("Test accuracy:", score[1])
