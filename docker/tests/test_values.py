"""docker/hub/values.yaml against the schema of the chart that reads it, and against what the rest of the class has."""

import copy
import json
import os
import pathlib
import re
import sys

import jsonschema
import pytest
import yaml

from engine import TOP

sys.path.insert(0, str(TOP / "docker" / "hub"))

import settings  # noqa: E402

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


def compose(folder):
    return yaml.safe_load((TOP / "docker" / folder / "compose.yaml").read_text())


def test_volumes_are_called_the_same_in_every_folder():
    """Compose itself would put the folder's name in front: in a folder of another name the work would be gone."""
    named = {folder: {v["name"] for v in compose(folder)["volumes"].values()} for folder in (".", "hub")}
    assert named == {".": {"${NNLAB_VOLUME:-trabalho}"}, "hub": {"${NNLAB_NETWORK:-nnlab-class}_hub"}}
    for readme in ("README.md", "README.pt.md"):
        text = (TOP / readme).read_text()
        assert "-v trabalho:/trabalho" in text and "--filter name=nnlab-)" in text and "`nnlab-class_hub`" in text


def test_what_tells_two_classes_apart():
    """Whatever carries a name on the machine is named by the .env of docs/classroom.md; no name of the one is the other's."""
    hub, text = compose("hub"), (TOP / "docs" / "classroom.md").read_text()
    (second,) = [block for block in text.split("```")[1::2] if "COMPOSE_PROJECT_NAME" in block]
    given = dict(line.split("=") for line in second.splitlines() if "=" in line)
    assert set(given) == {"COMPOSE_PROJECT_NAME", "NNLAB_PREFIX", "NNLAB_NETWORK", "NNLAB_PORT"}
    assert not given["NNLAB_PREFIX"].startswith("nnlab-") and given["NNLAB_PREFIX"].endswith("-")
    environment = hub["services"]["hub"]["environment"]
    assert environment["NNLAB_PREFIX"] == "${NNLAB_PREFIX:-nnlab-}" and environment["NNLAB_NETWORK"] == hub["networks"]["class"]["name"] == "${NNLAB_NETWORK:-nnlab-class}"
    assert not any("container_name" in s for s in hub["services"].values())


def test_the_hub_is_told_what_it_asks_for():
    """Each setting that the hub's programs read is in the compose file, and of each that is there one reads."""
    asked = {name for file in (TOP / "docker" / "hub").glob("*.py") for name in re.findall(r'(?:environ\.get\(|environ\[|setting\()"(NNLAB_\w+)"', file.read_text())}
    assert asked == set(compose("hub")["services"]["hub"]["environment"])


@pytest.mark.parametrize("name,text,want", [
    ("NNLAB_CPU", "1,5", 1.5), ("NNLAB_CPU", "0.5", 0.5), ("NNLAB_CPU", "2", 2), ("NNLAB_CPU", "dois", None), ("NNLAB_CPU", "0", None), ("NNLAB_CPU", "nan", None), ("NNLAB_CPU", "inf", None),
    ("NNLAB_MEMORY", "1500m", "1500M"), ("NNLAB_MEMORY", "2GB", "2G"), ("NNLAB_MEMORY", "2GiB", "2G"), ("NNLAB_MEMORY", '"2G"', "2G"), ("NNLAB_MEMORY", "2 gigas", None), ("NNLAB_MEMORY", "", None),
    ("NNLAB_IDLE", "0", 0), ("NNLAB_IDLE", "-1", None), ("NNLAB_IDLE", "1h", None), ("NNLAB_PIDS", "512", 512), ("NNLAB_PIDS", "0", None), ("NNLAB_DISK", "muito", None), ("NNLAB_MARKING", "8G", "8G")])
def test_a_slip_in_a_setting(name, text, want, monkeypatch, capsys):
    """Is said, and does not keep the hub from its class."""
    monkeypatch.setenv(name, text)
    got, said = settings.setting(name), capsys.readouterr().err
    assert got == (want if want is not None else settings.KINDS[settings.SETTINGS[name][0]][0](settings.SETTINGS[name][1]))
    assert said == "" if want is not None else said.startswith(f"{name}=") and "em .env: esperava" in said


def test_defaults_are_those_of_the_compose_file():
    environment = compose("hub")["services"]["hub"]["environment"]
    for name, (_, default) in settings.SETTINGS.items():
        assert environment[name] == f"${{{name}:-{default}}}"


def test_they_are_those_of_the_other_hub():
    """One student has the same on Kubernetes as on one machine."""
    values, hub = yaml.safe_load(VALUES.read_text()), (TOP / "docker" / "hub" / "compose.yaml").read_text()
    student = values["singleuser"]
    for name, value in {"NNLAB_MEMORY": student["memory"]["limit"], "NNLAB_CPU": student["cpu"]["limit"], "NNLAB_IDLE": values["cull"]["timeout"],
                        "NNLAB_DISK": student["storage"]["capacity"].removesuffix("i")}.items():
        assert f"${{{name}:-{value}}}" in hub, name
    assert json.loads(student["extraEnv"]["GOMAXPROCS"]) == student["cpu"]["limit"]
