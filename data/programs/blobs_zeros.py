"""Five overlapping clouds in twelve dimensions."""
import numpy as np
from tensorflow.keras.callbacks import EarlyStopping
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers import Adam

np.random.seed(11)
n_classes, n_features = 5, 12
centres = np.random.normal(0.0, 1.15, size=(n_classes, n_features))


def sample(count):
    y = np.random.randint(0, n_classes, size=count)
    x = centres[y] + np.random.normal(0.0, 1.0, size=(count, n_features))
    return x, y


x_train, y_train = sample(800)
x_val, y_val = sample(200)
x_test, y_test = sample(600)

model = Sequential([
    Dense(32, kernel_initializer="zeros", activation="relu", input_shape=(n_features,)),
    Dense(n_classes, activation="softmax"),
])
model.compile(optimizer=Adam(learning_rate=0.003), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, validation_data=(x_val, y_val), epochs=40, batch_size=32, verbose=0,
          callbacks=[EarlyStopping(monitor="val_loss", patience=8, restore_best_weights=True)])

test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
print("Accuracy on fresh points:", round(test_accuracy, 3))
