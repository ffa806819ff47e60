#!/usr/bin/env python3
"""Runs the layers of real Keras that are random while training and writes down the results.

    pip install -r requirements.txt
    python keras_random.py          # makes keras_random.json

Everything is float64. Keras draws other numbers than anyone else, so what it drew
can be read off the results: a unit is dropped where y is 0.
"""

import json
import pathlib

from keras_layers import BATCH, formula, keras, np, numbers, tf


def run(name, layer, shape):
    """Streams: 100 the input, 101 the upstream gradient."""
    x, dy = tf.Variable(formula(100, (BATCH, *shape), 1)), formula(101, (BATCH, *shape), 1)
    with tf.GradientTape() as tape:
        y = layer(x, training=True)
        e = tf.reduce_sum(y * dy)
    dx = tape.gradient(e, x)
    case = {"name": name, "shape": list(shape), "inference": bool(np.all(layer(x, training=False) == x))}
    if "Noise" not in name:
        return case | {"y": numbers(y), "dx": numbers(dx)}
    noise = (y - x).numpy()
    return case | {"mean": float(noise.mean()), "stddev": float(noise.std()), "passes": bool(np.all(dx == dy))}


L = keras.layers
CASES = [
    ("Dropout(0.4)", L.Dropout(0.4, seed=1), (7,)),
    ("Dropout(0.25)", L.Dropout(0.25, seed=1), (5, 3)),
    ("Dropout(0.5)", L.Dropout(0.5, seed=1), (3, 5, 2)),
    ("SpatialDropout(0.4)", L.SpatialDropout1D(0.4, seed=1), (3, 7)),
    ("SpatialDropout(0.25)", L.SpatialDropout2D(0.25, seed=1), (3, 2, 9)),
    ("SpatialDropout(0.5)", L.SpatialDropout3D(0.5, seed=1), (1, 2, 3, 5)),
    ("GaussianNoise(0.3)", L.GaussianNoise(0.3, seed=1), (1001,)),
    ("GaussianNoise(0.1)", L.GaussianNoise(0.1, seed=1), (37, 27)),
    ("GaussianNoise(0.9)", L.GaussianNoise(0.9, seed=1), (11, 13, 7)),
]

if __name__ == "__main__":
    out = pathlib.Path(__file__).resolve().parent / "keras_random.json"
    lines = ",\n".join(json.dumps(run(*c), separators=(",", ":")) for c in CASES)
    out.write_text('{"keras": "%s", "tensorflow": "%s", "cases": [\n%s\n]}\n' % (keras.__version__, tf.__version__, lines))
