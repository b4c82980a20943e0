"""A sequential model that learns its input's shape from tf.data batches."""
import numpy as np
import tensorflow as tf

tf.random.set_seed(3)
features = np.arange(120, dtype="float32").reshape(30, 4)
target = (features.sum(axis=1, keepdims=True) > 200).astype("int32")


def build(width=8):
    return tf.keras.models.Sequential([
        tf.keras.layers.Dense(width, activation=tf.nn.relu),
        tf.keras.layers.Dense(1, activation=tf.keras.activations.sigmoid, name="probability")])


data = tf.data.Dataset.from_tensor_slices((features, target)).batch(6).prefetch(1)
classifier = build()
classifier.compile(optimizer=tf.keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
                   loss=tf.keras.losses.BinaryCrossentropy(from_logits=False), metrics=["acc"])
classifier.fit(data, epochs=2)
classifier.evaluate(features, target, batch_size=7)
