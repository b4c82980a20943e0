"""A LeNet that reads the direction of gaze from a picture of an eye and the pose of the head.

The study's pictures are not public. The rows here are stand-ins that the program draws itself: a dark pupil on a bright
eye, shifted by the gaze as seen from the head, in pictures of 36 x 60 grey values; angles are in radians.
"""
import numpy as np
import tensorflow as tf
from sklearn.model_selection import train_test_split
from tensorflow.keras.initializers import Constant, GlorotNormal, RandomNormal
from tensorflow.keras.layers import Concatenate, Conv2D, Dense, Flatten, Input, MaxPooling2D
from tensorflow.keras.models import Model
from tensorflow.keras.optimizers import SGD
from tensorflow.keras.regularizers import L1L2

initialiser_normal = RandomNormal(mean=0.0, stddev=0.1)
initialiser_const = Constant(value=0.0)
initialiser_xavier = GlorotNormal()


def unit_vectors(angles):
    theta, phi = angles[:, 0], angles[:, 1]
    return tf.stack([tf.sin(theta) * tf.cos(phi), tf.sin(theta) * tf.sin(phi), tf.cos(theta)], axis=1)


def angle_loss_fn(y_true, y_pred):
    """Angle between the true and the predicted direction, row by row."""
    cosine = tf.reduce_sum(unit_vectors(tf.cast(y_true, y_pred.dtype)) * unit_vectors(y_pred), axis=1)
    return tf.acos(tf.clip_by_value(cosine, -0.99999, 0.99999))


def draw_eyes(rows, rng):
    """Stand-ins: pictures (rows, 36, 60, 1) in 0..1, head angles (rows, 2), gaze angles (rows, 2)."""
    gaze = np.column_stack([rng.uniform(-0.56, 0.56, rows), rng.uniform(-0.6, 0.6, rows)])
    head = rng.uniform(-0.3, 0.3, size=(rows, 2))
    x = np.sin(gaze[:, 0]) * np.cos(gaze[:, 1]) - 0.5 * np.sin(head[:, 0])
    y = np.sin(gaze[:, 0]) * np.sin(gaze[:, 1]) - 0.5 * np.sin(head[:, 1])
    across, down = np.meshgrid(np.arange(60), np.arange(36))
    brightness = rng.uniform(0.6, 0.9, rows)
    pictures = np.empty((rows, 36, 60, 1), dtype="float32")
    for row in range(rows):
        eye = ((across - 30) / 28) ** 2 + ((down - 18) / 13) ** 2 < 1
        pupil = (across - 30 - 28 * x[row]) ** 2 + (down - 18 - 28 * y[row]) ** 2 < 49
        picture = np.where(eye, brightness[row], 0.4)
        picture[eye & pupil] = 0.1
        pictures[row, :, :, 0] = np.clip(picture + rng.normal(0, 0.03, (36, 60)), 0, 1)
    return pictures, head.astype("float32"), gaze.astype("float32")


pictures, head, gaze = draw_eyes(10000, np.random.default_rng(42))
pictures_train, pictures_test, head_train, head_test, gaze_train, gaze_test = train_test_split(
    pictures, head, gaze, test_size=0.2, random_state=42)

picture_input = Input(shape=(36, 60, 1))
head_input = Input(shape=(2,))
x = Conv2D(20, (5, 5), activation="relu",
           kernel_initializer=initialiser_normal, bias_initializer=initialiser_const)(picture_input)
x = MaxPooling2D(pool_size=(2, 2))(x)
x = Conv2D(50, (5, 5), activation="relu",
           kernel_initializer=initialiser_normal, bias_initializer=initialiser_const)(x)
x = MaxPooling2D(pool_size=(2, 2))(x)
x = Flatten()(x)
x = Dense(500, activation="relu", kernel_initializer=initialiser_xavier, bias_initializer=initialiser_const,
          kernel_regularizer=L1L2(l1=0.01, l2=0.01))(x)
x = Concatenate()([head_input, x])
output = Dense(2, activation="linear", kernel_initializer="glorot_uniform", bias_initializer="zeros")(x)
model = Model(inputs=[picture_input, head_input], outputs=output)

model.compile(loss=angle_loss_fn, optimizer=SGD(learning_rate=0.01), metrics=[angle_loss_fn])
model.fit([pictures_train, head_train], gaze_train, batch_size=128, epochs=50, validation_split=0.1, verbose=0)

score = model.evaluate([pictures_test, head_test], gaze_test, verbose=0)
print("mean angle:", score[1])
