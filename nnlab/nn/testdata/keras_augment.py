#!/usr/bin/env python3
"""Transforms images with real Keras's augmentation layers and writes down the results.

    pip install -r requirements.txt
    python keras_augment.py          # makes keras_augment.json

A layer with the range (f, f) draws nothing but f, so that the result is certain.
Images come from the formula that README.md describes.
"""

import json
import pathlib

from keras_layers import formula, keras, numbers, tf

SHAPES = [(7, 5, 1), (6, 6, 3), (4, 9, 2)]
L = keras.layers


def both(f):
    return (f, f)


def translation(h, w, **options):
    return lambda: L.RandomTranslation(both(h), both(w), **options)


def rotation(f, **options):
    return lambda: L.RandomRotation(both(f), **options)


def zoom(f, **options):
    return lambda: L.RandomZoom(both(f), both(f), **options)


CONSTANT = dict(fill_mode="constant", fill_value=0.25)
# name, the layers one after the other
CASES = [
    ("translation 0.3 -0.2", [translation(0.3, -0.2)]),
    ("translation 0.3 -0.2 nearest", [translation(0.3, -0.2, fill_mode="nearest")]),
    ("translation -0.6 0.7 constant", [translation(-0.6, 0.7, **CONSTANT)]),
    ("rotation 0.1", [rotation(0.1)]),
    ("rotation -0.2 nearest", [rotation(-0.2, fill_mode="nearest")]),
    ("rotation 0.3 constant", [rotation(0.3, **CONSTANT)]),
    ("zoom 0.4", [zoom(0.4)]),
    ("zoom -0.3 nearest", [zoom(-0.3, fill_mode="nearest")]),
    ("zoom 0.4 constant", [zoom(0.4, **CONSTANT)]),
]
FLIPS = {"flip horizontal": "left_right", "flip vertical": "up_down"}


def run(name, layers, shape):
    """Stream 100."""
    x = tf.cast(formula(100, (1, *shape), 1), tf.float32)
    for make in layers:
        x = make()(x, training=True)
    return {"name": name, "shape": list(shape), "y": numbers(tf.cast(x, tf.float64))}


def flip(name, shape):
    x = tf.cast(formula(100, shape, 1), tf.float32)
    return {"name": name, "shape": list(shape), "y": numbers(getattr(tf.image, "flip_" + FLIPS[name])(x))}


if __name__ == "__main__":
    keras.config.set_floatx("float32")  # the layers know no other
    out = pathlib.Path(__file__).resolve().parent / "keras_augment.json"
    cases = [run(n, layers, s) for n, layers in CASES for s in SHAPES] + [flip(n, s) for n in FLIPS for s in SHAPES]
    lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    out.write_text('{"keras": "%s", "tensorflow": "%s", "cases": [\n%s\n]}\n' % (keras.__version__, tf.__version__, lines))
