"""Progression of diabetes after one year, from ten measurements."""
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from tensorflow.keras import Sequential, layers, optimizers


def load():
    x, y = load_diabetes(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.4, random_state=7)
    scaler = StandardScaler()
    return scaler.fit_transform(x_train), scaler.transform(x_test), y_train, y_test


def make_network(n_inputs):
    net = Sequential([
        layers.Dense(16, activation="relu", input_shape=(n_inputs,)),
        layers.Dense(1),
    ])
    net.compile(loss="mse", optimizer=optimizers.Adam(learning_rate=0.02), metrics=["mae"])
    return net


x_train, x_test, y_train, y_test = load()
net = make_network(x_train.shape[1])
net.fit(x_train, y_train, epochs=40, batch_size=16, verbose=0)
mse, mae = net.evaluate(x_test, y_test, verbose=0)
print("mean absolute error: %.1f" % mae)
