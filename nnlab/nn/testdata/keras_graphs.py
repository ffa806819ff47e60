#!/usr/bin/env python3
"""Trains networks that branch with real Keras, with weights of examples, classes
and losses, and writes down the results.

    pip install -r requirements.txt
    python keras_graphs.py          # makes keras_graphs.json

Everything is float64. Inputs and first weights come from the formula that
README.md describes.
"""

import json
import pathlib

from keras_layers import formula, keras, numbers

EXAMPLES, EPOCHS = 7, 5
L = keras.layers


def shared():
    """One layer that sees both inputs."""
    a, b, both = keras.Input((5,)), keras.Input((5,)), L.Dense(3, activation="tanh", name="both")
    left, right = both(a), both(b)
    meet = L.Concatenate()([L.Subtract()([left, right]), L.Multiply()([left, right])])
    return [a, b], [L.Dense(3, activation="softmax", name="main")(meet)], ["categorical_crossentropy"], [1]


def auxiliary():
    """An auxiliary head in the middle, and a second input near the end."""
    a, b = keras.Input((5, 7, 1)), keras.Input((3,))
    maps = L.Conv2D(3, 3, activation="relu", name="maps")(a)
    aux = L.Dense(3, activation="softmax", name="aux")(L.GlobalAveragePooling2D()(maps))
    main = L.Dense(3, activation="softmax", name="main")(L.Concatenate()([L.Flatten()(maps), b]))
    return [a, b], [main, aux], ["categorical_crossentropy"] * 2, [1, 0.3]


def branches():
    """Branches that meet more than once, and two kinds of loss."""
    a = keras.Input((3, 5, 2))
    one, two = L.Conv2D(2, 1, name="one")(a), L.Conv2D(2, 3, padding="same", activation="tanh", name="two")(a)
    meet = L.Maximum()([L.Add()([one, two]), L.Average()([one, a])])
    side = L.Dense(3, activation="sigmoid", name="side")(L.GlobalMaxPooling2D()(meet))
    place = L.Dense(3, name="place")(L.Flatten()(meet))
    return [a], [side, place], ["binary_crossentropy", "mse"], [0.7, 2]


def run(build, samples, classes):
    """Streams: 100, 110 the inputs, 101 the targets, 102 the weights of the
    examples; 0, 1, … the parameters in the order of their names."""
    keras.utils.clear_session()
    inputs, outputs, losses, weights = build()
    model = keras.Model(inputs, outputs)
    model.compile(optimizer=keras.optimizers.SGD(0.2, momentum=0.9), loss=losses, loss_weights=weights)
    for i, v in enumerate(sorted(model.weights, key=lambda v: v.path)):
        v.assign(formula(i, v.shape, 0.5))
    x = [formula(100 + 10 * i, (EXAMPLES, *v.shape[1:]), 1) for i, v in enumerate(inputs)]
    t = keras.utils.to_categorical(formula(101, (EXAMPLES, 3), 0.5).argmax(axis=1), 3).astype("float64")
    w = formula(102, (EXAMPLES,), 0.5) + 0.75 if samples else None
    each = lambda v: v if v is None or len(outputs) == 1 else [v] * len(outputs)
    history = model.fit(x, each(t), epochs=EPOCHS, batch_size=EXAMPLES, shuffle=False, verbose=0, class_weight=classes, sample_weight=each(w))
    y = model.predict(x, verbose=0)
    return {"name": build.__name__, "samples": samples, "classes": classes or {}, "losses": numbers(history.history["loss"]),
            "outputs": [numbers(v) for v in (y if len(outputs) > 1 else [y])]}


CASES = [(shared, False, None), (shared, True, None), (shared, False, {0: 2, 2: 0.5}), (auxiliary, False, None), (auxiliary, True, None),
         (branches, False, None), (branches, True, None)]

if __name__ == "__main__":
    out = pathlib.Path(__file__).resolve().parent / "keras_graphs.json"
    lines = ",\n".join(json.dumps(run(*c), separators=(",", ":")) for c in CASES)
    out.write_text('{"keras": "%s", "cases": [\n%s\n]}\n' % (keras.__version__, lines))
