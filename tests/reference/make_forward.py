#!/usr/bin/env python3
"""Makes forward.json: forward passes, scaling and parameter order, computed by NumPy alone.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install numpy==2.4.6
    /tmp/reference/bin/python tests/reference/make_forward.py

Written from the formulas, not from the crate's code. Floats are stored with repr, so they come back exactly.
"""
import json
import pathlib

import numpy as np

ACTIVATIONS = {
    # the sigmoid by way of tanh: another route than the crate's
    "sigmoid": lambda z: 0.5 * (1.0 + np.tanh(0.5 * z)),
    "tanh": np.tanh,
    "relu": lambda z: np.where(z > 0, z, 0.0),
    "identity": lambda z: z,
    # softmax by way of log-sum-exp
    "softmax": lambda z: np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True)),
}
SLEEP_X = np.array([[3.0, 5.0], [5.0, 1.0], [10.0, 2.0]])
SLEEP_Y = np.array([[75.0], [82.0], [93.0]])
SLEEP_TEST_X = np.array([[4.0, 5.5], [4.5, 1.0], [9.0, 2.5], [6.0, 2.0]])
SLEEP_TEST_Y = np.array([[70.0], [89.0], [85.0], [75.0]])

rng = np.random.default_rng(20260)


def forward_case(name, sizes, hidden, output, bias, x):
    weights = [rng.normal(size=pair) for pair in zip(sizes, sizes[1:])]
    biases = [rng.normal(size=n) for n in sizes[1:]] if bias else []
    z, a = [], [x]
    for i, w in enumerate(weights):
        # the sum over the units before, written as the series' index form rather than as a matrix product
        weighted = np.einsum("ni,ij->nj", a[-1], w)
        z.append(weighted + biases[i] if bias else weighted)
        last = i + 1 == len(weights)
        a.append(ACTIVATIONS[output if last else hidden](z[-1]))
    params = [p for w in weights for row in w.tolist() for p in row]
    params += [p for b in biases for p in b.tolist()]
    return {
        "name": name, "sizes": sizes, "hidden": hidden, "output": output, "bias": bias, "params": params,
        "x": x.tolist(), "weights": [w.tolist() for w in weights], "biases": [b.tolist() for b in biases],
        "z": [v.tolist() for v in z], "a": [v.tolist() for v in a],
    }


def scaling_case(name, train_x, train_y, other_x, other_y, max_score):
    x_max = train_x.max(axis=0)
    return {
        "name": name, "max_score": max_score, "x_max": x_max.tolist(),
        "train_x": train_x.tolist(), "train_y": train_y.tolist(),
        "other_x": other_x.tolist(), "other_y": other_y.tolist(),
        "train_x_scaled": (train_x / x_max).tolist(), "train_y_scaled": (train_y / max_score).tolist(),
        "other_x_scaled": (other_x / x_max).tolist(), "other_y_scaled": (other_y / max_score).tolist(),
    }


def main():
    def normal(n, columns):
        return rng.normal(size=(n, columns))

    sleep = SLEEP_X / SLEEP_X.max(axis=0)
    forward = [
        forward_case("the series' network on its three examples", [2, 3, 1], "sigmoid", "sigmoid", False, sleep),
        forward_case("2-3-1 with seven examples", [2, 3, 1], "sigmoid", "sigmoid", False, normal(7, 2)),
        forward_case("2-3-1 with biases", [2, 3, 1], "sigmoid", "sigmoid", True, normal(5, 2)),
        forward_case("2-3-1 with one example", [2, 3, 1], "sigmoid", "sigmoid", True, normal(1, 2)),
        forward_case("no hidden layer", [3, 2], "sigmoid", "identity", True, normal(4, 3)),
        forward_case("wide", [2, 40, 1], "tanh", "identity", False, normal(6, 2)),
        forward_case("wide, biased, several outputs", [5, 30, 4], "relu", "softmax", True, normal(9, 5)),
        forward_case("deep", [2, 5, 4, 3, 2], "sigmoid", "sigmoid", False, normal(8, 2)),
        forward_case("deep and biased", [3, 6, 2, 7, 5, 2], "tanh", "softmax", True, normal(4, 3)),
    ]
    for i, hidden in enumerate(ACTIVATIONS):
        for j, output in enumerate(ACTIVATIONS):
            bias = (i + j) % 2 == 1
            name = f"{hidden} then {output}" + (", biased" if bias else "")
            forward.append(forward_case(name, [2, 4, 3], hidden, output, bias, 2.0 * normal(5, 2)))
    # weighted inputs in the hundreds and thousands
    forward.append(forward_case("large weighted inputs", [2, 4, 3], "sigmoid", "softmax", True, 1e3 * normal(5, 2)))
    scaling = [
        scaling_case("the sleep study", SLEEP_X, SLEEP_Y, SLEEP_TEST_X, SLEEP_TEST_Y, 100.0),
        scaling_case("three inputs, two scores", 10 * normal(8, 3), 5 + normal(8, 2), 10 * normal(3, 3), 5 + normal(3, 2), 7.3),
    ]
    path = pathlib.Path(__file__).with_name("forward.json")
    # a case on each line, so that a change shows as the cases it concerns
    lines = {key: ",\n".join(map(json.dumps, cases)) for key, cases in [("forward", forward), ("scaling", scaling)]}
    path.write_text("{" + ",\n".join(f'"{key}": [\n{text}\n]' for key, text in lines.items()) + "}\n")


main()
