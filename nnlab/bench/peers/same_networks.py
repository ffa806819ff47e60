#!/usr/bin/env python3
"""Tells whether Keras and PyTorch have the same deep networks: with KERAS_BACKEND set,

    KERAS_BACKEND=jax .cache/peers/python/bin/python nnlab/bench/peers/same_networks.py [NETWORK…]

Each network gets torchvision's weights in Keras; the number of parameters that learn, the answers of
all heads to an image, those in training with dropout left out, and the optimizers must agree.
"""

import os
import sys

os.environ.setdefault("THREADS", "2")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.argv, names = [sys.argv[0], "eager"], sys.argv[1:]

import numpy
import torch
import torchvision

import contender

contender.serve = lambda *_: None  # the peers' scripts are only asked what they compute
import torch_peer
import keras_peer
import keras
import keras_networks

sys.modules["torch"] = torch  # which keras_peer hides from other engines


def give(model, arrays):
    """Hands PyTorch's arrays to the Keras layers of their names."""
    for layer in model.layers:
        if not layer.weights:
            continue
        for v in layer.weights:
            kind = {"kernel": "weight", "gamma": "weight", "beta": "bias", "bias": "bias", "moving_mean": "running_mean",
                    "moving_variance": "running_var"}[v.name]
            value = arrays.pop(f"{layer.name.replace('-', '.')}.{kind}").detach().numpy()
            if value.ndim == 4:
                value = value.transpose(2, 3, 1, 0)
            v.assign(value.T if value.ndim == 2 else value)
    left = [name for name in arrays if not name.endswith("num_batches_tracked")]
    if left:
        raise SystemExit(f"Keras has no {left}")


def differ(ours, theirs):
    """The largest difference of probabilities, as a share of the largest."""
    return max(float(numpy.abs(numpy.asarray(keras.ops.convert_to_numpy(a)) - b.softmax(1).detach().numpy()).max() / b.softmax(1).max())
               for a, b in zip(ours, theirs))


def check(name):
    item = {"network": name, "seed": 1, "batch": 2, "optimizer": "momentum"}
    theirs = torch_peer.network(item)
    for part in theirs.modules():  # what drops differs from run to run
        if isinstance(part, torch.nn.Dropout):
            part.p = 0.0
    image = contender.pictures(item)
    channels_first = torch_peer.channels_first(image)
    ours = keras_peer.deep(item)
    for layer in ours.layers:
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0
    count = sum(int(numpy.prod(v.shape)) for v in ours.trainable_weights), sum(p.numel() for p in theirs.parameters())
    give(ours, dict(theirs.state_dict()))
    theirs.train()
    with torch.no_grad():
        out = theirs(channels_first)
    out = (out[0], *reversed(out[1:])) if isinstance(out, tuple) else (out,)  # GoogLeNet's last head stands second
    training = differ(as_list(ours(image, training=True)), out)
    answering = keras_networks.deep(name, contender.side(item), training=False)
    arrays = theirs.state_dict()
    give(answering, {k: v for k, v in arrays.items() if not k.startswith(("aux", "AuxLogits"))})
    theirs.eval()
    with torch.no_grad():
        answer = differ(as_list(answering(image, training=False)), (theirs(channels_first),))
    optimizers = ours.optimizer, torch_peer.OPTIMIZERS["momentum"](theirs.parameters()).defaults
    rates = [(float(optimizers[0].learning_rate), optimizers[0].momentum), (optimizers[1]["lr"], optimizers[1]["momentum"])]
    same = count[0] == count[1] and training < 1e-3 and answer < 1e-3 and numpy.allclose(*rates)
    print(f"{name}: {count[0]} parameters, torchvision {count[1]}; heads differ by {training:.1e} in training, {answer:.1e} in an answer; {rates}"
          f"{'' if same else ': NOT THE SAME'}", flush=True)
    return same


def as_list(x):
    return x if isinstance(x, (list, tuple)) else [x]


sys.exit(not all([check(name) for name in names or keras_networks.DEEP]))
