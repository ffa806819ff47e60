#!/usr/bin/env python3
"""Writes down how many parameters each layer of torchvision's networks has that learn.

    pip install -r requirements.txt
    python torch_counts.py              # makes counts.json
"""

import json
import pathlib

import torch
import torchvision
from torchvision import models

NETWORKS = [
    "alexnet", "vgg11", "vgg13", "vgg16", "vgg19", "vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn",
    "googlenet", "inception_v3", "resnet18", "resnet34", "resnet50", "resnet101", "resnet152",
]


def counts(name):
    more = {"init_weights": False, "aux_logits": True} if name in ("googlenet", "inception_v3") else {}
    with torch.device("meta"):
        model = getattr(models, name)(**more)
    layers = {}
    for array, p in model.named_parameters():
        layer = array.rpartition(".")[0]
        layers[layer] = layers.get(layer, 0) + p.numel()
    return layers


if __name__ == "__main__":
    out = pathlib.Path(__file__).resolve().parent / "counts.json"
    lines = ",\n".join(f"{json.dumps(n)}: {json.dumps(counts(n), separators=(',', ':'))}" for n in NETWORKS)
    out.write_text('{"torchvision": "%s", "networks": {\n%s\n}}\n' % (torchvision.__version__, lines))
