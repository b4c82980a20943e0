"""Runs of the published tools that ours are compared with: published_runs.json, surrogate.json.

    python make_published_runs.py surrogate keras_trainings.jsonl.gz > surrogate.json
    python make_published_runs.py hpbandster > hpbandster.jsonl   # pip install hpbandster
    python make_published_runs.py hebo branin 1 2 > hebo.jsonl    # pip install HEBO GPy, with PyTorch
    python make_published_runs.py join *.jsonl > published_runs.json

Without problems and seeds: all problems, seeds 1 to 10. Every line is one run of 40 evaluations: the smallest
value so far after each of them. HEBO 0.3.6 runs with its warped Gaussian process (models/gp/gpy_wgp.py), in
batches of eight; hpbandster 0.7.4 without partial trainings.
"""

import gzip
import json
import os
import sys

import numpy as np

EVALUATIONS = 40
SEEDS = 10
HERE = os.path.dirname(os.path.abspath(__file__))
RATE_BINS = 10


def branin(x, y):
    bend = y - 5.1 / (4 * np.pi**2) * x * x + 5 / np.pi * x - 6
    return bend**2 + 10 * (1 - 1 / (8 * np.pi)) * np.cos(x) + 10


def branin_with_category(point):
    x, y, category = point
    x = 5 - x if category == 0 else x
    return branin(x, y) + (8, 0, 3)[int(category)]


ALPHA = np.array([1.0, 1.2, 3.0, 3.2])
A = np.array(
    [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
)
P = np.array(
    [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
        [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
        [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ]
)


def hartmann(point):
    return -float(ALPHA @ np.exp(-(A * (np.array(point) - P) ** 2).sum(axis=1)))


def table_value(tables, point):
    """Minus the accuracy that the fitted tables give; the first coordinate is the learning rate."""
    bins = min(RATE_BINS - 1, int(point[0]))
    value = tables["base"] + tables["effects"][0][bins]
    for effects, choice in zip(tables["effects"][1:], point[1:]):
        value += effects[int(choice)]
    first, second = tables["pair"]
    value += tables["pair_effects"][int(point[first])][int(point[second])]
    return -min(1.0, max(0.0, value))


def problems():
    found = {
        "branin": ([("num", -5.0, 10.0), ("num", 0.0, 15.0), ("cat", 3)], branin_with_category),
        "hartmann": ([("num", 0.0, 1.0)] * 6, hartmann),
    }
    path = os.path.join(HERE, "surrogate.json")
    if os.path.exists(path) and os.path.getsize(path):
        with open(path) as file:
            tables = json.load(file)
        space = [("num", 1e-6, 10.0)] + [("cat", len(effects)) for effects in tables["effects"][1:]]
        found["reuters"] = (space, lambda point: table_value(tables, point))
    return found


def fit_surrogate(path):
    """Ridge regression on the study subject R: every value's effect, and loss with output activation."""
    names = ["loss", "batch_size", "optimizer", "ki1", "ki2", "bi1", "bi2", "act1", "act2", "epochs", "unit1"]
    rows, target = [], []
    with gzip.open(path, "rt") as file:
        for line in file:
            training = json.loads(line)
            if training["subject"] != "R":
                continue
            values = [run[6] for run in training["runs"] if run[5] == "ok" and run[6] is not None]
            if values:
                rows.append(training["config"])
                target.append(np.mean(values))
    lists = [sorted({json.dumps(row[name]) for row in rows}) for name in names]
    sizes = [RATE_BINS] + [len(values) for values in lists]
    coded = np.array(
        [
            [min(RATE_BINS - 1, int(row["lr"]))]
            + [values.index(json.dumps(row[name])) for name, values in zip(names, lists)]
            for row in rows
        ]
    )
    pair = (1 + names.index("loss"), 1 + names.index("act2"))
    columns = [np.eye(size)[coded[:, i]] for i, size in enumerate(sizes)]
    columns.append(np.eye(sizes[pair[0]] * sizes[pair[1]])[coded[:, pair[0]] * sizes[pair[1]] + coded[:, pair[1]]])
    x, y = np.concatenate(columns, axis=1), np.array(target)
    base = y.mean()
    weights = np.linalg.solve(x.T @ x + 3 * np.eye(x.shape[1]), x.T @ (y - base))
    error = np.sqrt(np.mean((x @ weights - (y - base)) ** 2))
    print(f"{len(y)} trainings, deviation {y.std():.3f}, left {error:.3f}", file=sys.stderr)
    parts = np.split(weights, np.cumsum(sizes))
    effects = [[round(float(value), 6) for value in part] for part in parts[:-1]]
    crossed = np.round(parts[-1].reshape(sizes[pair[0]], sizes[pair[1]]), 6).tolist()
    return {"base": round(float(base), 6), "effects": effects, "pair": pair, "pair_effects": crossed}


def curve(values):
    return [round(float(value), 9) for value in np.minimum.accumulate(values)[:EVALUATIONS]]


def run_hpbandster(space, function, seed):
    import ConfigSpace as CS
    from hpbandster.optimizers.config_generators.bohb import BOHB

    np.random.seed(seed)
    config_space = CS.ConfigurationSpace(seed=seed)
    names = [f"p{i:02d}" for i in range(len(space))]
    for name, part in zip(names, space):
        if part[0] == "num":
            config_space.add(CS.UniformFloatHyperparameter(name, part[1], part[2]))
        else:
            config_space.add(CS.CategoricalHyperparameter(name, list(range(part[1]))))
    generator = BOHB(config_space)

    class Job:
        exception = None
        timestamps = {}

    values = []
    for i in range(EVALUATIONS):
        config, _ = generator.get_config(1.0)
        values.append(function([float(config[name]) for name in names]))
        job = Job()
        job.id, job.kwargs, job.result = (0, 0, i), {"config": config, "budget": 1.0}, {"loss": values[-1]}
        generator.new_result(job)
    return curve(values)


def run_hebo(space, function, seed):
    import torch
    from hebo.design_space.design_space import DesignSpace
    from hebo.models import model_factory
    from hebo.models.gp.gpy_wgp import GPyGP
    from hebo.optimizers.hebo import HEBO

    model_factory.model_dict["gpy"] = GPyGP
    np.random.seed(seed)
    torch.manual_seed(seed)
    parts = []
    for i, part in enumerate(space):
        if part[0] == "num":
            parts.append({"name": f"p{i:02d}", "type": "num", "lb": part[1], "ub": part[2]})
        else:
            parts.append({"name": f"p{i:02d}", "type": "cat", "categories": list(range(part[1]))})
    optimizer = HEBO(DesignSpace().parse(parts), model_name="gpy", scramble_seed=seed)
    values = []
    while len(values) < EVALUATIONS:
        suggested = optimizer.suggest(n_suggestions=8)
        ordered = suggested[[part["name"] for part in parts]]
        batch = [function([float(value) for value in row]) for row in ordered.values]
        optimizer.observe(suggested, np.array(batch).reshape(-1, 1))
        values += batch
    return curve(values)


def run_random(space, function, seed):
    random = np.random.default_rng(seed)
    draw = lambda part: random.uniform(part[1], part[2]) if part[0] == "num" else random.integers(part[1])
    return curve([function([float(draw(part)) for part in space]) for _ in range(EVALUATIONS)])


TOOLS = {"hpbandster": run_hpbandster, "hebo": run_hebo, "random": run_random}


def main():
    command = sys.argv[1]
    if command == "surrogate":
        print(json.dumps(fit_surrogate(sys.argv[2])))
        return
    if command == "join":
        runs = [json.loads(line) for path in sys.argv[2:] for line in open(path)]
        checks = []
        random = np.random.default_rng(7)
        for name, (space, function) in problems().items():
            for _ in range(3):
                point = [
                    round(random.uniform(p[1], p[2]), 6) if p[0] == "num" else int(random.integers(p[1])) for p in space
                ]
                checks.append({"problem": name, "point": point, "value": function(point)})
        lines = ",\n".join(json.dumps(run) for run in runs)
        print('{"checks": %s,\n"runs": [\n%s\n]}' % (json.dumps(checks), lines))
        return
    names = [word for word in sys.argv[2:] if not word.isdigit()]
    seeds = [int(word) for word in sys.argv[2:] if word.isdigit()] or range(1, SEEDS + 1)
    for name, (space, function) in problems().items():
        if names and name not in names:
            continue
        for seed in seeds:
            best = TOOLS[command](space, function, seed)
            print(json.dumps({"tool": command, "problem": name, "seed": seed, "best": best}), flush=True)


if __name__ == "__main__":
    main()
