"""How long a Python loop takes for one evaluation of the cost, for comparison with the loop of Part 3.

The cost is that of the series: the 2-3-1 network on three examples, written with NumPy arrays, evaluated again and again in
a plain loop while one weight takes 1000 values. Needs Python and NumPy:

    python benches/python_loop.py

The time is this process's own on the processor, so that other programs on the machine disturb it little.
"""

import platform
import time

import numpy as np

x = np.array([[3.0, 5.0], [5.0, 1.0], [10.0, 2.0]]) / np.array([10.0, 5.0])
y = np.array([[75.0], [82.0], [93.0]]) / 100.0


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def cost(w1, w2):
    y_hat = sigmoid(np.dot(sigmoid(np.dot(x, w1)), w2))
    return 0.5 * np.sum((y - y_hat) ** 2)


def sweep(w1, w2, values):
    """Seconds for the cost at each value of the first weight."""
    costs = np.zeros(len(values))
    start = time.process_time()
    for i, value in enumerate(values):
        w1[0, 0] = value
        costs[i] = cost(w1, w2)
    return time.process_time() - start


def main():
    generator = np.random.default_rng(1)
    w1, w2 = generator.standard_normal((2, 3)), generator.standard_normal((3, 1))
    values = np.linspace(-5.0, 5.0, 1000)
    sweep(w1, w2, values)  # warm up
    runs = sorted(sweep(w1, w2, values) for _ in range(21))
    median = runs[len(runs) // 2]
    years = runs[0] * 1000.0**8 / (365.25 * 24 * 3600)
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.machine()}")
    print(f"1000 evaluations: median {1e3 * median:.1f} ms, fastest {1e3 * runs[0]:.1f} ms, of {len(runs)} sweeps")
    print(f"one evaluation, fastest: {1e6 * runs[0] / 1000:.1f} µs; nine weights, 1000 values each: {years:.1e} years")


if __name__ == "__main__":
    main()
