"""What scikit-learn 1.2 predicts, measures and splits: sklearn_fixtures.json.

    /usr/bin/python3 make_fixtures.py > sklearn_fixtures.json

Trees and forests are compared under the seed (random_state) that decides between equally good
splits, so no row is left out for them. Which of several rows at the same distance are a query's
neighbours is left open by scikit-learn; queries whose k-th and next neighbour are that near are left
out for that k, and counted.
"""

import json
import sys

import numpy as np
import sklearn
from sklearn import datasets
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import GroupKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import MinMaxScaler
from sklearn.tree import DecisionTreeClassifier

TIE = 1e-9


def some_rows(x, y, count, seed):
    order = np.random.RandomState(seed).permutation(len(x))[:count]
    return x[order], y[order]


def data_sets():
    yield "iris", *some_rows(*datasets.load_iris(return_X_y=True), 150, 1)
    yield "wine", *some_rows(*datasets.load_wine(return_X_y=True), 178, 2)
    x, y = some_rows(*datasets.load_breast_cancer(return_X_y=True), 220, 3)
    yield "cancer", np.array([[float(f"{v:.4g}") for v in row] for row in x]), y
    x, y = some_rows(*datasets.load_digits(return_X_y=True), 300, 4)
    yield "digits", x.astype(int), y
    x, y = datasets.make_multilabel_classification(
        220, n_features=12, n_classes=5, n_labels=2, allow_unlabeled=True, random_state=5
    )
    noise = np.random.RandomState(6).normal(0, 0.5, x.shape)
    yield "labels", np.round(x + noise, 3), y


def numbers(array):
    return np.asarray(array).tolist()


def neighbours(k, train, test):
    distances = np.sqrt(((test[0][:, None, :] - train[0][None, :, :]) ** 2).sum(axis=2))
    ranked = np.sort(distances, axis=1)
    clear = np.flatnonzero(ranked[:, k] - ranked[:, k - 1] > TIE)
    model = KNeighborsClassifier(k).fit(*train)
    return {"k": k, "queries": numbers(clear), "predicted": numbers(model.predict(test[0][clear]))}


def tree(options, train, test):
    model = DecisionTreeClassifier(**options).fit(*train)
    return {
        "options": options,
        "nodes": model.tree_.node_count,
        "depth": int(model.get_depth()),
        "features": numbers(model.tree_.feature),
        "thresholds": numbers(np.where(model.tree_.feature < 0, 0, model.tree_.threshold)),
        "predicted": numbers(model.predict(test[0])),
    }


def forest(options, train, test):
    model = RandomForestClassifier(**options).fit(*train)
    shares = model.predict_proba(test[0])
    shares = shares if isinstance(shares, list) else [shares]
    return {
        "options": options,
        "nodes": [t.tree_.node_count for t in model.estimators_],
        "predicted": numbers(model.predict(test[0])),
        "first_shares": [numbers(output[:, 0]) for output in shares],
    }


def data_case(name, x, y):
    cut = len(x) * 2 // 3
    train, test = (x[:cut], y[:cut]), (x[cut:], y[cut:])
    trees = [{"random_state": seed} for seed in (0, 1, 20)]
    trees += [{"random_state": 3, "max_depth": 5}, {"random_state": 4, "min_samples_leaf": 4, "min_samples_split": 11}]
    forests = [{"random_state": seed, "n_estimators": 12} for seed in (0, 9)]
    most = min(60, x.shape[1])
    forests += [{"random_state": 2, "n_estimators": 32, "max_depth": 10, "max_features": most}]
    forests += [{"random_state": 5, "n_estimators": 4, "bootstrap": False}]
    return {
        "name": name,
        "train": {"x": numbers(train[0]), "y": numbers(train[1])},
        "test": {"x": numbers(test[0]), "y": numbers(test[1])},
        "neighbours": [neighbours(k, train, test) for k in (1, 5, 8)],
        "trees": [tree(options, train, test) for options in trees],
        "forests": [forest(options, train, test) for options in forests],
    }


def measures():
    random = np.random.RandomState(8)
    cases = []
    for classes, rows in ((2, 30), (4, 60), (3, 9)):
        truth, said = random.randint(classes, size=(2, rows))
        cases.append({"truth": numbers(truth), "said": numbers(said), "value": balanced_accuracy_score(truth, said)})
    return cases


def group_cases():
    random = np.random.RandomState(10)
    cases = []
    for groups, rows, folds in ((4, 20, 2), (9, 60, 3), (12, 40, 5), (7, 31, 7)):
        of_row = np.concatenate([np.arange(groups), random.randint(groups, size=rows - groups)])
        fold = np.zeros(rows, dtype=int)
        for k, (_, held) in enumerate(GroupKFold(folds).split(of_row, groups=of_row)):
            fold[held] = k
        cases.append({"groups": [chr(ord("a") + g) for g in of_row], "folds": folds, "fold": numbers(fold)})
    return cases


def scaling():
    random = np.random.RandomState(12)
    x = np.round(random.normal(0, 100, (6, 4)), 2)
    x[:, 2] = 7
    more = np.round(random.normal(0, 150, (4, 4)), 2)
    more[:, 2] = 7
    return {"rows": numbers(x), "more": numbers(more), "scaled": numbers(MinMaxScaler().fit(x).transform(more))}


def main():
    streams = [
        {"seed": seed, "bound": bound, "drawn": numbers(np.random.RandomState(seed).randint(0, bound, 20))}
        for seed, bound in ((0, 100), (42, 2**31 - 1), (7, 1), (123456789, 64), (5, 65))
    ]
    document = {
        "scikit_learn": sklearn.__version__,
        "data": [data_case(*case) for case in data_sets()],
        "streams": streams,
        "balanced_accuracy": measures(),
        "group_folds": group_cases(),
        "scaling": scaling(),
    }
    json.dump(document, sys.stdout, separators=(",", ":"))
    print()


if __name__ == "__main__":
    main()
