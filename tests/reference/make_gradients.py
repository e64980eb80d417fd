#!/usr/bin/env python3
"""Makes gradients.json: costs and gradients, differentiated automatically by JAX in double precision.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
    /tmp/reference/bin/python tests/reference/make_gradients.py

Only the costs are written here, from their definitions; every gradient is JAX's. Floats are stored with repr, so they
come back exactly.
"""
import itertools
import json
import pathlib

import jax
import numpy as np

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")
jnp = jax.numpy

ACTIVATIONS = {
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "identity": lambda z: z,
    "softmax": lambda z: jax.nn.softmax(z, axis=1),
}
SLEEP_X = np.array([[0.3, 1.0], [0.5, 0.2], [1.0, 0.4]])
SLEEP_Y = np.array([[0.75], [0.82], [0.93]])

rng = np.random.default_rng(31)


def data_cost(case, weights, biases, x, y):
    a = x
    for i, w in enumerate(weights):
        z = a @ w + (biases[i] if biases else 0.0)
        a = ACTIVATIONS[case["output" if i + 1 == len(weights) else "hidden"]](z)
    n = x.shape[0]
    if case["cost"] == "sum of squares":
        return 0.5 * jnp.sum((y - a) ** 2)
    if case["cost"] == "mean squares":
        return 0.5 * jnp.sum((y - a) ** 2) / n
    if case["output"] == "softmax":
        return -jnp.sum(y * jnp.log(a)) / n
    return -jnp.sum(y * jnp.log(a) + (1.0 - y) * jnp.log(1.0 - a)) / n


def cost(case, weights, biases, x, y):
    penalty = 0.5 * case["lambda"] * sum(jnp.sum(w**2) for w in weights)
    return data_cost(case, weights, biases, x, y) + penalty


def gradient_case(sizes, n, hidden, output, cost_name, penalty, bias, x=None, y=None):
    case = {"name": f"{'-'.join(map(str, sizes))}, {n} examples, {hidden} then {output}, {cost_name}, "
                    f"lambda {penalty}" + (", biased" if bias else ""),
            "sizes": sizes, "hidden": hidden, "output": output, "cost": cost_name, "lambda": penalty, "bias": bias}
    # three decimals are as good as sixteen here, and keep the file small
    weights = [rng.normal(size=pair).round(3) for pair in zip(sizes, sizes[1:])]
    biases = [rng.normal(size=size).round(3) for size in sizes[1:]] if bias else []
    x = rng.normal(size=(n, sizes[0])).round(3) if x is None else x
    y = rng.uniform(size=(n, sizes[-1])).round(3) if y is None else y
    of_weights, of_biases = jax.grad(cost, argnums=(1, 2))(case, weights, biases, x, y)

    def flat(matrices, vectors):
        parts = [np.asarray(part).ravel() for part in [*matrices, *vectors]]
        return np.concatenate(parts).tolist()

    return case | {
        "params": flat(weights, biases), "x": x.tolist(), "y": y.tolist(),
        "j": float(cost(case, weights, biases, x, y)),
        "data_j": float(data_cost(case, weights, biases, x, y)),
        "gradient": flat(of_weights, of_biases),
    }


def main():
    cases = [gradient_case([2, 3, 1], 3, "sigmoid", "sigmoid", "sum of squares", 0.0, False, SLEEP_X, SLEEP_Y)]
    costs = [("sum of squares", 0.0), ("mean squares", 0.0), ("mean squares", 0.03), ("cross-entropy", 0.0),
             ("cross-entropy", 0.03)]
    # all activations in both places, with all costs that fit
    for hidden, output, (cost_name, penalty), bias in itertools.product(ACTIVATIONS, ACTIVATIONS, costs, (False, True)):
        if cost_name != "cross-entropy" or output in ("sigmoid", "softmax"):
            cases.append(gradient_case([3, 4, 2], 5, hidden, output, cost_name, penalty, bias))
    # all costs for shapes narrow, wide and deep
    shapes = [([2, 3, 1], 7), ([3, 2], 4), ([2, 20, 1], 6), ([5, 3, 4], 2), ([3, 4, 2, 3], 1), ([2, 3, 4, 2, 3, 2], 3)]
    for (sizes, n), (cost_name, penalty), bias in itertools.product(shapes, costs, (False, True)):
        hidden = rng.choice(["sigmoid", "tanh", "relu", "softmax"])
        output = "sigmoid" if cost_name == "cross-entropy" else rng.choice(["sigmoid", "tanh", "identity"])
        cases.append(gradient_case(sizes, n, str(hidden), str(output), cost_name, penalty, bias))
    # one class is right: the rows of y are 0 but for a 1
    one_hot = np.eye(3)[[2, 0, 1, 1]]
    cases.append(gradient_case([2, 5, 3], 4, "tanh", "softmax", "cross-entropy", 0.01, True, y=one_hot))
    path = pathlib.Path(__file__).with_name("gradients.json")
    path.write_text('{"gradients": [\n' + ",\n".join(map(json.dumps, cases)) + "\n]}\n")


main()
