from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense, Dropout
from tensorflow.keras.utils import to_categorical
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

digits = load_digits()
X = digits.data / 16.0
Y = to_categorical(digits.target)
X_train, X_test, Y_train, Y_test = train_test_split(X, Y, test_size=0.3, random_state=1)

model = Sequential()
model.add(Dense(128, activation='relu', input_shape=(64,)))
model.add(Dropout(0.2))
model.add(Dense(10, activation='softmax'))

model.compile(optimizer='adam', loss='categorical_crossentropy', metrics=['accuracy'])

history = model.fit(X_train, Y_train, batch_size=128, epochs=40, verbose=0)

scores = model.evaluate(X_test, Y_test, verbose=0)
print("%s: %.2f%%" % ('accuracy', scores[1] * 100))
