"""The format of the vectors: their ids are unique, and a file that breaks the format is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fetch.vector_files import VectorError, load, load_file

VECTOR = {
    "id": "no-request",
    "name": "The port 25 is blocked",
    "ref": "port-blocking",
    "page": "https://app.example",
    "request": {"url": "https://app.example:25/{id}"},
    "exchanges": [],
    "outcome": {"failure": "blocked-port"},
}


def test_ids_are_unique() -> None:
    assert len({vector.id for vector in load()}) == len(load())


@pytest.mark.parametrize(
    "vectors",
    [
        pytest.param([VECTOR, {**VECTOR, "name": "Another name"}], id="id-twice"),
        pytest.param([VECTOR, {**VECTOR, "id": "another-id"}], id="name-twice"),
        pytest.param([{**VECTOR, "id": "Port 25"}], id="id-not-kebab-case"),
        pytest.param([{**VECTOR, "id": "25"}], id="id-a-number"),
        pytest.param([{key: value for key, value in VECTOR.items() if key != "id"}], id="id-missing"),
        pytest.param([{**VECTOR, "request": {"url": "https://app.example:25/"}}], id="url-without-id"),
    ],
)
def test_a_faulty_file_is_refused(vectors: list[dict[str, object]], tmp_path: Path) -> None:
    file = tmp_path / "vectors.json"
    file.write_text(json.dumps({"about": "Ports", "vectors": [VECTOR]}), "utf-8")
    assert [vector.id for vector in load_file(file)] == ["no-request"]

    file.write_text(json.dumps({"about": "Ports", "vectors": vectors}), "utf-8")
    with pytest.raises(VectorError):
        load_file(file)
