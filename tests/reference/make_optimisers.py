#!/usr/bin/env python3
"""Makes optimisers.json: where PyTorch's momentum and Adam lead the series' network, and in the ravine of the digits notebook.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install torch==2.4.1 numpy==2.2.6
    /tmp/reference/bin/python tests/reference/make_optimisers.py

Each step takes all three examples. Stored are all weights after 1, 2, 10 and 200 steps, W⁽¹⁾ row by row, then W⁽²⁾.
"""
import json
import pathlib

import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
X = torch.tensor([[3.0, 5.0], [5.0, 1.0], [10.0, 2.0]]) / torch.tensor([10.0, 5.0])
Y = torch.tensor([[0.75], [0.82], [0.93]])
START = [0.3, -1.1, 0.7, 1.4, 0.2, -0.6, -0.9, 0.5, 1.2]
STEPS = [1, 2, 10, 200]


def walk(optimiser, **settings):
    w1 = torch.tensor(START[:6]).reshape(2, 3).requires_grad_()
    w2 = torch.tensor(START[6:]).reshape(3, 1).requires_grad_()
    steps, places = optimiser([w1, w2], **settings), []
    for step in range(1, STEPS[-1] + 1):
        steps.zero_grad()
        j = 0.5 * ((Y - torch.sigmoid(torch.sigmoid(X @ w1) @ w2)) ** 2).sum()
        j.backward()
        steps.step()
        if step in STEPS:
            places.append(torch.cat([w1.flatten(), w2.flatten()]).tolist())
    return places


def ravine(optimiser, **settings):
    """One weight and one bias, from hours asleep to a score: where 60 steps from (3.5, -1) end."""
    w, b = torch.tensor(3.5, requires_grad=True), torch.tensor(-1.0, requires_grad=True)
    steps = optimiser([w, b], **settings)
    for _ in range(60):
        steps.zero_grad()
        (0.5 * ((Y[:, 0] - torch.sigmoid(w * X[:, 0] + b)) ** 2).sum()).backward()
        steps.step()
    return [w.item(), b.item()]


root = {
    "start": START,
    "steps": STEPS,
    "momentum 0.9, learning rate 0.5": walk(torch.optim.SGD, lr=0.5, momentum=0.9),
    "Adam, learning rate 0.05": walk(torch.optim.Adam, lr=0.05),
    "ravine, momentum 0.9, learning rate 3": ravine(torch.optim.SGD, lr=3.0, momentum=0.9),
    "ravine, Adam, learning rate 0.1": ravine(torch.optim.Adam, lr=0.1),
}
path = pathlib.Path(__file__).with_name("optimisers.json")
path.write_text("{\n" + ",\n".join(f" {json.dumps(name)}: {json.dumps(value)}" for name, value in root.items()) + "\n}\n")
