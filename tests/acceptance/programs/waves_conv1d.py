"""Which of three waveforms is it? Noisy sine, square and sawtooth of unknown phase and frequency."""
import numpy as np
import tensorflow.keras as keras

rng = np.random.default_rng(8)
COUNT, LENGTH = 1800, 48
phase = rng.uniform(0, 1, (COUNT, 1))
frequency = rng.uniform(2.0, 4.0, (COUNT, 1))
time = (np.linspace(0, 1, LENGTH)[None, :] * frequency + phase) % 1.0
kind = rng.integers(0, 3, COUNT)
waves = np.where(kind[:, None] == 0, np.sin(2 * np.pi * time),
                 np.where(kind[:, None] == 1, np.sign(0.5 - time), 2 * time - 1))
waves = (waves + 0.25 * rng.standard_normal(waves.shape))[..., None].astype("float32")

model = keras.Sequential([
    keras.layers.Conv1D(16, 5, activation="relu", input_shape=(LENGTH, 1)),
    keras.layers.MaxPooling1D(2),
    keras.layers.Conv1D(32, 5, activation="relu"),
    keras.layers.GlobalMaxPooling1D(),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile(keras.optimizers.Adam(0.002), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(waves[:1200], kind[:1200], batch_size=32, epochs=12, verbose=0)
print(model.evaluate(waves[1200:], kind[1200:], verbose=0))
