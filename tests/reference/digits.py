#!/usr/bin/env python3
"""Makes digits.json and notebooks/data/digits-twin.json: the network of notebook 08 in scikit-learn and in PyTorch.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install scikit-learn==1.9.1 torch==2.4.1 numpy==2.2.6
    /tmp/reference/bin/python tests/reference/digits.py

Same images, same division (digits-split.json is that of `digits()`), same layers, batch, momentum, rate, epochs; ten seeds. What differs:
how the first weights are drawn (as each library does it), the order of the images, and scikit-learn's penalty, which it divides by the
number of images in a batch.
"""
import json
import pathlib
import statistics

import numpy as np
import torch
from sklearn.neural_network import MLPClassifier

HIDDEN, RATE, MOMENTUM, BATCH, EPOCHS, LAMBDA = 64, 0.5, 0.9, 32, 30, 1e-5
SEEDS = range(10)
here = pathlib.Path(__file__).parent
data = here.parents[1] / "notebooks/data"

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
lines = (data / "digits.txt").read_text().splitlines()
X = np.array([[int(ink, 17) for ink in line[:64]] for line in lines]) / 16
Y = np.array([int(line[65]) for line in lines])
split = json.loads((here / "digits-split.json").read_text())
train, test = split["train"], split["test"]


def by_scikit_learn(seed):
    net = MLPClassifier(hidden_layer_sizes=(HIDDEN,), activation="logistic", solver="sgd", learning_rate_init=RATE, momentum=MOMENTUM,
                        nesterovs_momentum=False, batch_size=BATCH, max_iter=EPOCHS, alpha=LAMBDA * BATCH, tol=0.0,
                        n_iter_no_change=EPOCHS + 1, random_state=seed)  # fmt: skip
    net.fit(X[train], Y[train])
    return net.score(X[test], Y[test])


def by_torch(seed):
    torch.manual_seed(seed)
    net = torch.nn.Sequential(torch.nn.Linear(64, HIDDEN), torch.nn.Sigmoid(), torch.nn.Linear(HIDDEN, 10))
    weights = [net[0].weight, net[2].weight]
    biases = [net[0].bias, net[2].bias]
    steps = torch.optim.SGD([{"params": weights, "weight_decay": LAMBDA}, {"params": biases}], lr=RATE, momentum=MOMENTUM)
    x, y = torch.tensor(X[train]), torch.tensor(Y[train])
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(x)).split(BATCH):
            steps.zero_grad()
            torch.nn.functional.cross_entropy(net(x[rows]), y[rows]).backward()
            steps.step()
    with torch.no_grad():
        return (net(torch.tensor(X[test])).argmax(1).numpy() == Y[test]).mean().item()


def numbers(tensor):
    return tensor.detach().t().tolist()


def twin():
    """Cost and gradient of one batch, with weights of PyTorch's own, rounded so that the file stays small."""
    torch.manual_seed(0)
    hidden, output = torch.nn.Linear(64, HIDDEN), torch.nn.Linear(HIDDEN, 10)
    with torch.no_grad():
        for p in [*hidden.parameters(), *output.parameters()]:
            p.copy_((8 * p).round(decimals=2))
    rows = train[:8]
    x, digits = torch.tensor(X[rows]), torch.tensor(Y[rows])
    j = torch.nn.functional.cross_entropy(output(torch.sigmoid(hidden(x))), digits)
    j.backward()
    return {
        "hidden": "sigmoid", "output": "softmax", "cost": "cross-entropy", "x": x.tolist(),
        "y": torch.nn.functional.one_hot(digits, 10).tolist(), "j": j.item(),
        "w1": numbers(hidden.weight), "b1": numbers(hidden.bias), "w2": numbers(output.weight), "b2": numbers(output.bias),
        "dj_dw1": numbers(hidden.weight.grad), "dj_db1": numbers(hidden.bias.grad),
        "dj_dw2": numbers(output.weight.grad), "dj_db2": numbers(output.bias.grad),
    }  # fmt: skip


fields = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in twin().items()]
(data / "digits-twin.json").write_text("{" + ",\n".join(fields) + "}\n")
found = {}
for name, judge in [("PyTorch", by_torch), ("scikit-learn", by_scikit_learn)]:
    shares = [judge(seed) for seed in SEEDS]
    found[name] = {"right": [round(300 * share) for share in shares], "of": 300, "median": statistics.median(shares)}
    print(name, found[name], flush=True)
(here / "digits.json").write_text(json.dumps(found, indent=1) + "\n")
