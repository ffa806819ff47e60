#!/usr/bin/env python3
"""Computes the metrics of real Keras and writes them down.

    pip install -r requirements.txt
    python keras_metrics.py         # makes keras_metrics.json
"""

import json
import pathlib

import numpy as np

from keras_layers import formula, keras

keras.config.set_floatx("float32")  # TensorFlow has no top-k of float64
M = keras.metrics
CLASSES = {
    "accuracy": M.CategoricalAccuracy, "top_2_accuracy": lambda: M.TopKCategoricalAccuracy(2),
    "binary_accuracy": M.BinaryAccuracy, "precision": M.Precision, "recall": M.Recall,
    "f1_score": lambda: M.F1Score(average="macro"), "auc": M.AUC, "mean_absolute_error": M.MeanAbsoluteError,
}
BINARY = {n: m for n, m in CLASSES.items() if not n.startswith("top") and n != "accuracy"}
BINARY |= {"accuracy": M.BinaryAccuracy, "f1_score": lambda: M.F1Score(average="macro", threshold=0.5)}
NUMBERS = {"mean_absolute_error": M.MeanAbsoluteError, "r2_score": M.R2Score}


def run(kind, rows, cols, metrics):
    y = formula(100, (rows, cols), 0.5) + 0.5
    u = formula(7, (rows, 1 if kind == "classes" else cols), 0.5) + 0.5
    if kind == "classes":
        labels = (u[:, 0] * cols).astype(int)
        t = np.eye(cols)[labels]
    else:
        t = np.round(u) if kind == "binary" else u
    values = {}
    for name, make in metrics.items():
        m = make()
        half = rows // 2
        m.update_state(t[:half].astype(np.float32), y[:half].astype(np.float32))
        m.update_state(t[half:].astype(np.float32), y[half:].astype(np.float32))
        values[name] = float(m.result())
    return {"kind": kind, "rows": rows, "cols": cols, "t": t.ravel().tolist(), "metrics": values}


if __name__ == "__main__":
    cases = [run("binary", n, 1, BINARY) for n in (9, 40, 101)]
    cases += [run("classes", n, c, CLASSES) for n, c in ((10, 3), (45, 5), (64, 7))]
    cases += [run("numbers", n, c, NUMBERS) for n, c in ((9, 1), (20, 3), (33, 5))]
    out = pathlib.Path(__file__).resolve().parent / "keras_metrics.json"
    lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    out.write_text('{"keras": "%s", "cases": [\n%s\n]}\n' % (keras.__version__, lines))
