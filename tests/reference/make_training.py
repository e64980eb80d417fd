#!/usr/bin/env python3
"""Makes training.json: trainings of the series' network by SciPy's BFGS.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install scipy==1.17.1 numpy==2.4.6
    /tmp/reference/bin/python tests/reference/make_training.py

Each case stores where the training started, and where SciPy ended: with its defaults (gradient tolerance 1e-5 in the
largest entry), at most 200 iterations. Cost and gradient are written here, from their definitions.
"""
import json
import pathlib

import numpy as np
from scipy.optimize import minimize

X = np.array([[3.0, 5.0], [5.0, 1.0], [10.0, 2.0]])
Y = np.array([[75.0], [82.0], [93.0]]) / 100.0
X4 = np.vstack([X, [[6.0, 1.5]]])
Y4 = np.vstack([Y, [[0.7]]])
STARTS = 200

rng = np.random.default_rng(6)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def predict(p, x):
    return sigmoid(sigmoid(x @ p[:6].reshape(2, 3)) @ p[6:].reshape(3, 1))


def sum_of_squares(p, x, y):
    w1, w2 = p[:6].reshape(2, 3), p[6:].reshape(3, 1)
    a2 = sigmoid(x @ w1)
    y_hat = sigmoid(a2 @ w2)
    delta3 = (y_hat - y) * y_hat * (1.0 - y_hat)
    delta2 = (delta3 @ w2.T) * a2 * (1.0 - a2)
    gradient = np.concatenate([(x.T @ delta2).ravel(), (a2.T @ delta3).ravel()])
    return 0.5 * np.sum((y_hat - y) ** 2), gradient


def mean_squares(p, x, y, penalty):
    j, gradient = sum_of_squares(p, x, y)
    return j / len(x) + 0.5 * penalty * np.sum(p**2), gradient / len(x) + penalty * p


def trainings(x, y, cost):
    cases = []
    for _ in range(STARTS):
        # three decimals are as good as sixteen here, and keep the file small
        start = rng.normal(size=9).round(3)
        end = minimize(cost, start, args=(x, y), jac=True, method="BFGS", options={"maxiter": 200})
        cases.append({"start": start.tolist(), "cost": float(end.fun), "evaluations": int(end.nfev),
                      "y_hat": predict(end.x, x).ravel().tolist()})
    return cases


root = {
    "sum of squares": trainings(X / X.max(axis=0), Y, sum_of_squares),
    "mean squares, lambda 0.0001": trainings(X4 / X4.max(axis=0), Y4, lambda p, x, y: mean_squares(p, x, y, 1e-4)),
}
path = pathlib.Path(__file__).with_name("training.json")
lines = [f" {json.dumps(name)}: [\n" + ",\n".join("  " + json.dumps(case) for case in cases) + "\n ]"
         for name, cases in root.items()]
path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
