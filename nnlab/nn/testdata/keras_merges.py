#!/usr/bin/env python3
"""Runs the merging layers of real Keras forwards and backwards and writes down the results.

    pip install -r requirements.txt
    python keras_merges.py          # makes keras_merges.json

Everything is float64. Inputs and upstream gradients come from the formula that
README.md describes, so only results are stored.
"""

import json
import pathlib

from keras_layers import formula, keras, numbers, tf

BATCH = 2


def run(name, layer, shapes):
    """Streams: 100, 110, 120 the inputs, 101 the upstream gradient."""
    x = [tf.Variable(formula(100 + 10 * i, (BATCH, *s), 1)) for i, s in enumerate(shapes)]
    with tf.GradientTape() as tape:
        y = layer(x)
        e = tf.reduce_sum(y * formula(101, y.shape, 1))
    dx = tape.gradient(e, x)
    return {"name": name, "shapes": [list(s) for s in shapes], "y": numbers(y),
            "dx": [numbers(tf.convert_to_tensor(g)) for g in dx]}


L = keras.layers
SAME = [[(7,), (7,)], [(3, 5, 2), (3, 5, 2), (3, 5, 2)], [(5, 3), (5, 3), (5, 3), (5, 3)]]
CHANNELS = [[(7,), (3,)], [(3, 5, 2), (3, 5, 1), (3, 5, 4)], [(5, 3), (5, 1), (5, 2), (5, 3)]]
CASES = [(n, c(), s) for n, c, cases in [
    ("Add", L.Add, SAME), ("Multiply", L.Multiply, SAME), ("Average", L.Average, SAME), ("Maximum", L.Maximum, SAME),
    ("Subtract", L.Subtract, [s[:2] for s in SAME]), ("Concatenate", L.Concatenate, CHANNELS)] for s in cases]

if __name__ == "__main__":
    out = pathlib.Path(__file__).resolve().parent / "keras_merges.json"
    lines = ",\n".join(json.dumps(run(*c), separators=(",", ":")) for c in CASES)
    out.write_text('{"keras": "%s", "tensorflow": "%s", "cases": [\n%s\n]}\n' % (keras.__version__, tf.__version__, lines))
