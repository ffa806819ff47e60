#!/usr/bin/env python3
"""Runs torchvision's networks with weights from a formula and writes down what they answer.

    pip install -r requirements.txt
    python torch_models.py              # makes torchvision.json

Weights, running means and the input come from the formula of nnlab/nn/testdata/README.md, so
that nothing large is stored: of each network the logits, the gradient of the cross-entropy with
respect to the input (its norm and some of its numbers), and the number of parameters.
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn as nn
import torchvision
from torchvision import models

from formula import formula

torch.set_num_threads(2)


class LeNet5(nn.Module):
    """The modern form: torchvision has none."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = nn.functional.max_pool2d(torch.relu(self.conv2(x)), 2)
        x = torch.relu(self.fc1(torch.flatten(x, 1)))
        return self.fc3(torch.relu(self.fc2(x)))


def give(model, gamma):
    """Every array gets its numbers, in the order of the alphabet of their names; gamma is what
    the weights of a normalisation are around."""
    for stream, (name, t) in enumerate(sorted(model.state_dict().items())):
        if t.ndim > 1:  # weights as large as He's
            values = formula(stream % 256, t.numel(), (6 / t[0].numel()) ** 0.5)
        elif name.endswith("running_var"):
            values = formula(stream % 256, t.numel(), 0.2) + np.float32(1)
        elif name.endswith("weight"):  # of a normalisation: so that sums of residuals do not grow
            values = formula(stream % 256, t.numel(), 0.1) + np.float32(gamma)
        elif t.ndim == 1:
            values = formula(stream % 256, t.numel(), 0.1)
        else:
            continue  # num_batches_tracked
        t.copy_(torch.from_numpy(values).reshape(t.shape))


# Where a net input lies within float32's rounding of 0, float32 and float64 may take different sides of
# a ReLU, and a gradient jumps: the image is one for which none of those sampled here does.
IMAGE = {"InceptionV3": 201}

CASES = [
    ("LeNet5", LeNet5(), (32, 32, 1), 1),
    ("AlexNet", models.alexnet(), (224, 224, 3), 1),
    ("VGG16", models.vgg16(), (224, 224, 3), 1),
    ("GoogLeNet", models.googlenet(init_weights=False, aux_logits=True), (96, 96, 3), 1),
    ("InceptionV3", models.inception_v3(init_weights=False, aux_logits=True), (299, 299, 3), 1),
    ("ResNet18", models.resnet18(), (96, 96, 3), 0.5),
    ("ResNet34", models.resnet34(), (96, 96, 3), 0.5),
    ("ResNet50", models.resnet50(), (96, 96, 3), 0.5),
]


def run(name, model, shape, gamma):
    with torch.no_grad():
        give(model, gamma)
    model.double().eval()  # what float32 loses is not the network's
    h, w, c = shape
    image = formula(IMAGE.get(name, 200), h * w * c, 1).reshape(1, h, w, c)
    x = torch.from_numpy(image).permute(0, 3, 1, 2).contiguous().double().requires_grad_(True)
    case = {"name": name, "shape": list(shape), "gamma": gamma, "image": IMAGE.get(name, 200), "parameters": sum(p.numel() for p in model.parameters())}
    heads = [model(x)]
    if name == "GoogLeNet":  # in eval mode the auxiliary heads are left out
        parts = {}
        model.inception4a.register_forward_hook(lambda m, i, o: parts.update(a=o))
        model.inception4d.register_forward_hook(lambda m, i, o: parts.update(d=o))
        heads = [model(x)]
        heads += [model.aux1(parts["a"]), model.aux2(parts["d"])]
    if name == "InceptionV3":
        parts = {}
        model.Mixed_6e.register_forward_hook(lambda m, i, o: parts.update(a=o))
        heads = [model(x)]
        heads += [model.AuxLogits(parts["a"])]
    weights = {"GoogLeNet": [1, 0.3, 0.3], "InceptionV3": [1, 0.3]}.get(name, [1])
    target = torch.tensor([3])
    loss = sum(k * nn.functional.cross_entropy(y, target) for k, y in zip(weights, heads))
    loss.backward()
    dx = x.grad.permute(0, 2, 3, 1).reshape(-1).double()
    step = max(1, dx.numel() // 64)
    case["logits"] = [[float(f"{v:.8g}") for v in y[0].tolist()] for y in heads]
    case["gradient_norm"] = float(dx.norm())
    case["gradient_step"] = step
    case["gradient"] = [float(f"{v:.8g}") for v in dx[::step].tolist()]
    return case


if __name__ == "__main__":
    out = pathlib.Path(__file__).resolve().parent / "torchvision.json"
    cases = [run(*c) for c in CASES]
    lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    out.write_text('{"torch": "%s", "torchvision": "%s", "cases": [\n%s\n]}\n' % (torch.__version__, torchvision.__version__, lines))
