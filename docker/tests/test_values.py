"""docker/hub/values.yaml against the schema of the chart that reads it, and against what the rest of the class has."""

import copy
import json
import os
import pathlib

import jsonschema
import pytest
import yaml

from engine import TOP

VALUES = TOP / "docker" / "hub" / "values.yaml"


@pytest.fixture(scope="module")
def schema():
    """The chart's own, which is not a part of this repository."""
    path = pathlib.Path(os.environ.get("NNLAB_HUB_SCHEMA") or TOP.parent / "shared" / "hub" / "values.schema.json")
    if not path.exists():
        pytest.skip("the schema of the chart of Zero to JupyterHub is not here; name it in NNLAB_HUB_SCHEMA")
    return partial(yaml.safe_load(path.read_text()))


def partial(schema):
    """The same for values that the chart's defaults complete: nothing has to be there. What
    tells alternatives apart stays."""
    if isinstance(schema, dict):
        return {k: v if k in ("oneOf", "anyOf") else partial(v) for k, v in schema.items() if not (k == "required" and isinstance(v, list))}
    return [partial(v) for v in schema] if isinstance(schema, list) else schema


def wrong(schema, values):
    return sorted(e.json_path for e in jsonschema.Draft7Validator(schema).iter_errors(values))


def test_the_chart_takes_the_values(schema):
    assert wrong(schema, yaml.safe_load(VALUES.read_text())) == []


@pytest.mark.parametrize("path,value", [(("singleuser", "memroy"), {"limit": "1G"}), (("singleuser", "cmd"), 5), (("cull", "timeout"), "an hour"),
                                        (("singleuser", "storage", "capacity"), 2), (("hub", "config"), "none")])
def test_a_mistake_in_them_is_found(schema, path, value):
    values = copy.deepcopy(yaml.safe_load(VALUES.read_text()))
    place = values
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert wrong(schema, values)


def test_they_are_those_of_the_other_hub():
    """One student has the same on Kubernetes as on one machine."""
    values, hub = yaml.safe_load(VALUES.read_text()), (TOP / "docker" / "hub" / "compose.yaml").read_text()
    student = values["singleuser"]
    for name, value in {"NNLAB_MEMORY": student["memory"]["limit"], "NNLAB_CPU": student["cpu"]["limit"], "NNLAB_IDLE": values["cull"]["timeout"],
                        "NNLAB_DISK": student["storage"]["capacity"].removesuffix("i")}.items():
        assert f"${{{name}:-{value}}}" in hub, name
    assert json.loads(student["extraEnv"]["GOMAXPROCS"]) == student["cpu"]["limit"]
