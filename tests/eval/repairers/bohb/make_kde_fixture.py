"""Densities that the KDE's test compares with: kde_fixture.json.

Kernels of the published tool are measured in statsmodels (pip install statsmodels) with the
bandwidths HpBandSter uses; bounded ones, which no package has, with the formula in numpy.

    python make_kde_fixture.py > kde_fixture.json
"""

import json
import sys

import numpy as np

MIN_BANDWIDTH = 1e-3


def bandwidths(data, categories, bounded):
    n, d = data.shape
    found = np.maximum(1.06 * data.std(axis=0) * n ** (-1 / (4 + d)), MIN_BANDWIDTH)
    if bounded:
        for j, count in enumerate(categories):
            if count:
                found[j] = min(found[j], (count - 1) / count)
    return found


def bounded_density(data, categories, widths, x):
    total = 0.0
    for row in data:
        product = 1.0
        for j, count in enumerate(categories):
            if count == 0:
                z = (x[j] - row[j]) / widths[j]
                product *= np.exp(-z * z / 2) / (widths[j] * np.sqrt(2 * np.pi))
            else:
                product *= 1 - widths[j] if x[j] == row[j] else widths[j] / (count - 1)
        total += product
    return total / len(data)


def published_density(data, categories, widths, points):
    from statsmodels.nonparametric.kernel_density import KDEMultivariate

    kinds = "".join("u" if count else "c" for count in categories)
    return KDEMultivariate(data, kinds, bw=list(widths)).pdf(points)


def case(name, categories, rows, seed, kernel):
    random = np.random.default_rng(seed)

    def draw(count):
        columns = [
            random.integers(0, c, count).astype(float) if c else random.random(count) for c in categories
        ]
        return np.stack(columns, axis=1)

    data, points = draw(rows), draw(6)
    widths = bandwidths(data, categories, kernel == "bounded")
    if kernel == "bounded":
        density = [bounded_density(data, categories, widths, x) for x in points]
    else:
        density = published_density(data, categories, widths, points).tolist()
    return {
        "name": name,
        "kernel": kernel,
        "categories": categories,
        "data": data.tolist(),
        "bandwidths": widths.tolist(),
        "at": points.tolist(),
        "density": [float(value) for value in density],
    }


def main():
    spaces = {"numbers": [0, 0, 0], "two kinds": [0, 3, 0, 2], "repair space": [0, 13, 6, 7, 13, 11, 5, 3]}
    cases = []
    for i, (name, categories) in enumerate(spaces.items()):
        for kernel in ("faithful", "bounded"):
            cases.append(case(f"{name}, {kernel}", categories, 12 + 6 * i, i, kernel))
    json.dump({"cases": cases}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
