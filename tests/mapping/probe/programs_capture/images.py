"""Convolutions, normalisation, regularisers, constraints and callbacks."""
import numpy as np
import keras
from keras import layers, regularizers, initializers, constraints
from keras.callbacks import EarlyStopping, ReduceLROnPlateau

rng = np.random.RandomState(0)
images = rng.rand(60, 12, 12, 3).astype("float32")
labels = keras.utils.to_categorical(rng.randint(0, 4, 60), 4)
model = keras.Sequential([
    keras.Input(shape=(12, 12, 3)),
    layers.Conv2D(8, (3, 3), padding="same", activation="relu", kernel_initializer="he_normal",
                  kernel_regularizer=regularizers.l2(0.001)),
    layers.BatchNormalization(momentum=0.9),
    layers.MaxPooling2D((2, 2)),
    layers.Conv2D(4, 3, strides=2, kernel_regularizer="l1", use_bias=False),
    layers.Activation("elu"), layers.LeakyReLU(negative_slope=0.1),
    layers.AveragePooling2D(2, strides=1),
    layers.Flatten(), layers.Reshape((4,)),
    layers.Dense(6, kernel_constraint=constraints.MaxNorm(3.0), bias_initializer="ones",
                 kernel_initializer=initializers.RandomNormal(stddev=0.2),
                 bias_regularizer=regularizers.L1L2(0.1, 0.2)),
    layers.Dropout(0.25),
    layers.Dense(4, activation="softmax", kernel_initializer=initializers.VarianceScaling(2.0)),
])
model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.003, beta_1=0.8, clipnorm=1.0),
              loss=keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
              metrics=["accuracy", keras.metrics.AUC(name="area")])
model.fit(images[:40], labels[:40], 8, 5, validation_data=(images[40:], labels[40:]), shuffle=False,
          class_weight={0: 1.0, 1: 2.0, 2: 1.0, 3: 1.0},
          callbacks=[EarlyStopping(monitor="val_loss", patience=3, restore_best_weights=True),
                     ReduceLROnPlateau(factor=0.5, patience=2, min_lr=1e-5)])
loss, accuracy, area = model.evaluate(images[40:], labels[40:], verbose=0)
print(model.predict(images[:3]).argmax(axis=1))
