"""The same work in NumPy and SciPy, as the original series does it, and in JAX, compiled. Prints a JSON object of seconds.

Run by `cargo bench --bench computing`. All in float64; each figure is the median over `--repetitions`, after a warm-up. The
starting weights of the trainings come from Rust on standard input, so that both sides train from the same ones.
"""

import argparse
import json
import statistics
import sys
import time

import jax
import jax.flatten_util
import jax.numpy as jnp
import numpy as np
from scipy.optimize import minimize

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")

X = np.array([[3.0, 5.0], [5.0, 1.0], [10.0, 2.0]]) / np.array([10.0, 5.0])
Y = np.array([[75.0], [82.0], [93.0]]) / 100.0


class Original:
    """The series' network: a forward pass, and backpropagation with the values of that pass."""

    def __init__(self, params):
        self.w1, self.w2 = params[:6].reshape(2, 3), params[6:].reshape(3, 1)

    def sigmoid(self, z):
        return 1 / (1 + np.exp(-z))

    def sigmoid_prime(self, z):
        return np.exp(-z) / ((1 + np.exp(-z)) ** 2)

    def forward(self, x):
        self.z2 = np.dot(x, self.w1)
        self.a2 = self.sigmoid(self.z2)
        self.z3 = np.dot(self.a2, self.w2)
        return self.sigmoid(self.z3)

    def cost_and_gradient(self, x, y):
        # one forward pass for both; the original makes two
        y_hat = self.forward(x)
        delta3 = np.multiply(-(y - y_hat), self.sigmoid_prime(self.z3))
        dj_dw2 = np.dot(self.a2.T, delta3)
        delta2 = np.dot(delta3, self.w2.T) * self.sigmoid_prime(self.z2)
        dj_dw1 = np.dot(x.T, delta2)
        return 0.5 * np.sum((y - y_hat) ** 2), np.concatenate((dj_dw1.ravel(), dj_dw2.ravel()))


def logistic(z):
    return 1 / (1 + jnp.exp(-z))


def predict(weights, x):
    for w in weights:
        x = logistic(x @ w)
    return x


def cost(weights, x, y):
    return 0.5 * jnp.sum((y - predict(weights, x)) ** 2)


def seconds(work, repetitions, calls=1):
    """The median time of one call."""
    jax.block_until_ready(work())
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        for _ in range(calls):
            result = work()
        jax.block_until_ready(result)
        times.append((time.perf_counter() - start) / calls)
    return statistics.median(times)


def weights_of(sizes):
    generator = np.random.default_rng(1)
    return [jnp.array(generator.standard_normal(shape)) for shape in zip(sizes, sizes[1:])]


def data_of(sizes, examples):
    generator = np.random.default_rng(2)
    return jnp.array(generator.random((examples, sizes[0]))), jnp.array(generator.random((examples, sizes[-1])))


def jax_cost_and_gradient(sizes, examples, repetitions, calls=1):
    weights, (x, y) = weights_of(sizes), data_of(sizes, examples)
    work = jax.jit(jax.value_and_grad(cost))
    return seconds(lambda: work(weights, x, y), repetitions, calls)


def jax_numerical_gradient(sizes, examples, repetitions):
    """Central differences of every weight; the fastest of several ways to batch them."""
    weights, (x, y) = weights_of(sizes), data_of(sizes, examples)
    params, unravel = jax.flatten_util.ravel_pytree(weights)

    def measured(batch_size):
        def slope(params, i):
            up, down = params.at[i].add(1e-4), params.at[i].add(-1e-4)
            return (cost(unravel(up), x, y) - cost(unravel(down), x, y)) / 2e-4

        def slopes(params):
            return jax.lax.map(lambda i: slope(params, i), jnp.arange(params.size), batch_size=batch_size)

        work = jax.jit(slopes)
        return seconds(lambda: work(params), 1)

    return min(measured(batch_size) for batch_size in (None, 8, 32))


def jax_epoch(sizes, examples, epochs, repetitions, is_judged):
    """An epoch of mini-batches with momentum, all its steps in one compiled function; the fastest of several ways.

    The batches are read by their places or from a copy in the new order. `is_judged`: after the steps come the cost and the slopes
    of all examples, which the crate's trainer computes for its curve and to see whether the end is reached.
    """
    batch, rate, momentum, penalty = 32, 0.5, 0.9, 1e-5
    generator = np.random.default_rng(1)
    x = jnp.array(generator.random((examples, sizes[0])))
    y = jax.nn.one_hot(generator.integers(sizes[-1], size=examples), sizes[-1], dtype=jnp.float64)
    params = weights_of(sizes), [jnp.zeros(size) for size in sizes[1:]]

    def cross_entropy(params, x, y):
        weights, biases = params
        for w, b in zip(weights[:-1], biases):
            x = logistic(x @ w + b)
        log_y_hat = jax.nn.log_softmax(x @ weights[-1] + biases[-1])
        return -jnp.sum(y * log_y_hat) / len(x) + penalty / 2 * sum(jnp.sum(w**2) for w in weights)

    def step(state, batch):
        params, v = state
        slopes = jax.grad(cross_entropy)(params, *batch)
        v = jax.tree.map(lambda v, slope: momentum * v - rate * slope, v, slopes)
        return (jax.tree.map(jnp.add, params, v), v), None

    def measured(is_copied):
        def epoch(state, key):
            order = jax.random.permutation(key, examples)
            whole, rest = order[: examples - examples % batch].reshape(-1, batch), order[examples - examples % batch :]
            if is_copied:
                state, _ = jax.lax.scan(step, state, (x[whole], y[whole]))
            else:
                state, _ = jax.lax.scan(lambda state, rows: step(state, (x[rows], y[rows])), state, whole)
            state, _ = step(state, (x[rest], y[rest]))
            return state, jax.value_and_grad(cross_entropy)(state[0], x, y) if is_judged else None

        work = jax.jit(epoch)
        keys = jax.random.split(jax.random.key(1), epochs)

        def training():
            state = (params, jax.tree.map(jnp.zeros_like, params))
            for key in keys:
                state, judgement = work(state, key)
            return state, judgement

        return seconds(training, repetitions) / epochs

    return min(measured(is_copied) for is_copied in (False, True))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repetitions", type=int, default=7)
    repetitions = parser.parse_args().repetitions
    starts = np.array(json.load(sys.stdin))
    net = Original(starts[0])

    def bfgs(start):
        return minimize(lambda p: Original(p).cost_and_gradient(X, Y), start, jac=True, method="BFGS",
                        options={"maxiter": 200})  # fmt: skip

    trainings = [seconds(lambda: bfgs(start), 1) for start in starts]
    grid = jnp.array(np.stack([g.ravel() for g in np.meshgrid(np.linspace(0, 1, 1000), np.linspace(0, 1, 1000))], 1))
    compiled_predict, weights = jax.jit(predict), weights_of((2, 3, 1))
    a = np.random.default_rng(3).random((2048, 2048))
    print(json.dumps({
        "numpy small": seconds(lambda: net.cost_and_gradient(X, Y), repetitions, 2000),
        "jax small": jax_cost_and_gradient((2, 3, 1), 3, repetitions, 2000),
        "scipy training": statistics.mean(trainings),
        "jax wide": jax_cost_and_gradient((2, 256, 256, 1), 10_000, repetitions),
        "jax deep": jax_cost_and_gradient((64, 512, 512, 10), 4096, repetitions),
        "jax check": jax_numerical_gradient((98, 100, 2), 32, repetitions),
        "jax epoch": jax_epoch((64, 64, 10), 1197, 30, repetitions, True),
        "jax steps": jax_epoch((64, 64, 10), 1197, 30, repetitions, False),
        "jax grid": seconds(lambda: compiled_predict(weights, grid), repetitions),
        "numpy product": seconds(lambda: a @ a, repetitions),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
