"""Posterior of the surrogate for given hyperparameters: gp_fixture.json.

Written out in numpy with one column a category, independently of the C++ code, which never forms
those columns. Where GPy is installed, --gpy compares with the published library's own model.

    python make_gp_fixture.py > gp_fixture.json
"""

import argparse
import json
import sys

import numpy as np

EPSILON = 1e-6


def columns(numbers, choices, categories):
    parts = [numbers]
    for g, count in enumerate(categories):
        parts.append(np.eye(count)[choices[:, g]])
    return np.concatenate(parts, axis=1)


def warp(x, bounds, a, b):
    low, high = bounds[:, 0] - EPSILON, bounds[:, 1] + EPSILON
    u = (x - low) / (high - low)
    return 1 - (1 - u**a) ** b


def kernel(first, second, length, matern, linear):
    r = np.sqrt((((first[:, None, :] - second[None, :, :]) / length) ** 2).sum(axis=2))
    return matern * (1 + np.sqrt(3) * r) * np.exp(-np.sqrt(3) * r) + linear * first @ second.T


def log_normal(x, centre, spread):
    return -((np.log(x) - centre) ** 2) / (2 * spread**2) - np.log(x)


def objective(item, lower, weights, z):
    """Minus log likelihood, log priors and log Jacobians, constants of the priors left out."""
    likelihood = -0.5 * z @ weights - np.log(np.diag(lower)).sum() - len(z) / 2 * np.log(2 * np.pi)
    jacobian = lambda theta: np.log(1 - np.exp(-theta))
    prior = -0.5 * np.log(item["matern"]) - item["matern"] + jacobian(item["matern"])
    prior += log_normal(item["noise"], -4.63, 0.5) + jacobian(item["noise"])
    for key in ("a", "b"):
        theta = np.array(item[key])
        prior += (log_normal(theta, 0, 0.75) + jacobian(theta)).sum()
    return -(likelihood + prior)


def posterior(item):
    categories = item["categories"]
    x = columns(np.array(item["numbers"]), np.array(item["choices"]), categories)
    at = columns(np.array(item["at_numbers"]), np.array(item["at_choices"]), categories)
    count = np.array(item["numbers"]).shape[1]
    bounds = np.array([[-1.0, 1.0]] * count + [[0.0, 1.0]] * (x.shape[1] - count))
    a, b, length = (np.array(item[key]) for key in ("a", "b", "length"))
    w, v = warp(x, bounds, a, b), warp(at, bounds, a, b)
    y = np.array(item["y"])
    centre, scale = y.mean(), y.std()
    z = (y - centre) / scale
    covariance = kernel(w, w, length, item["matern"], item["linear"]) + item["noise"] * np.eye(len(y))
    lower = np.linalg.cholesky(covariance)
    weights = np.linalg.solve(covariance, z)
    between = kernel(v, w, length, item["matern"], item["linear"])
    own = np.diag(kernel(v, v, length, item["matern"], item["linear"]))
    variance = own - np.einsum("ij,ji->i", between, np.linalg.solve(covariance, between.T)) + item["noise"]
    item["mean"] = (between @ weights * scale + centre).tolist()
    item["variance"] = (variance * scale**2).tolist()
    item["objective"] = float(objective(item, lower, weights, z))


def case(number_count, categories, rows, seed):
    random = np.random.default_rng(seed)
    total = number_count + sum(categories)

    def draw(count):
        choices = [[int(random.integers(k)) for k in categories] for _ in range(count)]
        return (2 * random.random((count, number_count)) - 1).tolist(), choices

    numbers, choices = draw(rows)
    at_numbers, at_choices = draw(7)
    y = np.array(numbers).sum(axis=1) ** 2 + np.array(choices).sum(axis=1) + random.normal(size=rows) * 0.1
    item = {
        "categories": categories,
        "numbers": numbers,
        "choices": choices,
        "y": y.tolist(),
        "length": np.exp(random.normal(size=total) * 0.5).tolist(),
        "a": np.exp(random.normal(size=total) * 0.4).tolist(),
        "b": np.exp(random.normal(size=total) * 0.4).tolist(),
        "matern": 0.7,
        "linear": 0.3,
        "noise": 0.02,
        "at_numbers": at_numbers,
        "at_choices": at_choices,
    }
    posterior(item)
    return item


def compare_with_gpy(item):
    import GPy

    count = np.array(item["numbers"]).shape[1]
    x = columns(np.array(item["numbers"]), np.array(item["choices"]), item["categories"])
    at = columns(np.array(item["at_numbers"]), np.array(item["at_choices"]), item["categories"])
    total = x.shape[1]
    low = np.array([-1.0] * count + [0.0] * (total - count))
    function = GPy.util.input_warping_functions.KumarWarping(
        x, epsilon=EPSILON, Xmin=low, Xmax=np.ones(total)
    )
    for j in range(total):
        function.params[j][0][:] = item["a"][j]
        function.params[j][1][:] = item["b"][j]
    matern = GPy.kern.Matern32(total, variance=item["matern"], lengthscale=item["length"], ARD=True)
    linear = GPy.kern.Linear(total, variances=item["linear"], ARD=False)
    y = np.array(item["y"])
    z = ((y - y.mean()) / y.std()).reshape(-1, 1)
    model = GPy.models.InputWarpedGP(x, z, matern + linear, warping_function=function)
    model.likelihood.variance = item["noise"]
    mean, variance = model.predict(at)
    mean = mean.reshape(-1) * y.std() + y.mean()
    variance = variance.reshape(-1) * y.var()
    print(np.abs(mean - item["mean"]).max(), np.abs(variance - item["variance"]).max(), file=sys.stderr)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gpy", action="store_true")
    cases = [case(2, [], 12, 1), case(1, [3, 5], 15, 2), case(3, [13, 6, 7, 11], 30, 3)]
    if parser.parse_args().gpy:
        for item in cases:
            compare_with_gpy(item)
    json.dump({"cases": cases}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
