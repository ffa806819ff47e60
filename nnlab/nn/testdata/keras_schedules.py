#!/usr/bin/env python3
"""Asks real Keras for the learning rates of its schedules and of ReduceLROnPlateau.

    pip install -r requirements.txt
    python keras_schedules.py          # makes keras_schedules.json

Keras's schedules count steps. Here a step is an epoch.
"""

import json
import pathlib

from keras_layers import keras

EPOCHS = 12
s = keras.optimizers.schedules
SCHEDULES = {
    "StepDecay(0.5, 3)": s.ExponentialDecay(0.1, 3, 0.5, staircase=True),
    "StepDecay(0.1, 5)": s.ExponentialDecay(0.1, 5, 0.1, staircase=True),
    "StepDecay(0.9, 1)": s.ExponentialDecay(0.1, 1, 0.9, staircase=True),
    "ExponentialDecay(0.9)": s.ExponentialDecay(0.1, 1, 0.9),
    "ExponentialDecay(0.5)": s.ExponentialDecay(0.1, 1, 0.5),
    "ExponentialDecay(1)": s.ExponentialDecay(0.1, 1, 1),
    "CosineDecay(10, 0)": s.CosineDecay(0.1, 10),
    "CosineDecay(7, 0.2)": s.CosineDecay(0.1, 7, 0.2),
    "CosineDecay(20, 0.01)": s.CosineDecay(0.1, 20, 0.01),
}
VALUES = [1.0, 0.9, 0.89995, 0.9, 0.91, 0.8, 0.85, 0.85, 0.85, 0.85, 0.7, 0.75]
PLATEAUS = {
    "factor 0.5 patience 2": dict(factor=0.5, patience=2),
    "factor 0.1 patience 1 cooldown 2": dict(factor=0.1, patience=1, cooldown=2),
    "factor 0.1 patience 1 least 0.02": dict(factor=0.1, patience=1, min_lr=0.02),
    "factor 0.5 patience 0 delta 0": dict(factor=0.5, patience=0, min_delta=0),
}


def plateau(options):
    """The rate that each epoch was trained with."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    callback = keras.callbacks.ReduceLROnPlateau(monitor="val_loss", **options)
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, value in enumerate(VALUES):
        rates.append(float(model.optimizer.learning_rate))
        callback.on_epoch_end(epoch, {"val_loss": value})
    return rates


if __name__ == "__main__":
    out = pathlib.Path(__file__).resolve().parent / "keras_schedules.json"
    data = {"keras": keras.__version__, "rate": 0.1, "values": VALUES,
            "schedules": {n: [float(f(e)) for e in range(EPOCHS)] for n, f in SCHEDULES.items()},
            "plateaus": {n: plateau(o) for n, o in PLATEAUS.items()}}
    out.write_text(json.dumps(data, indent=1) + "\n")
