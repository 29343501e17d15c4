"""Whatever a bundle's bytes have become, the import ends well or in an error that names the file."""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.population.errors import PopulationError
from sim.population.importing import import_folder

Json = dict[str, Any]

BUNDLE = (Path(__file__).with_name("data") / "synthea-java" / "fhir" / "Bo1_Sample2.json").read_bytes()
JUNK: list[Any] = [None, True, 7, -1.5, "", "text", [], {}, [None], {"a": "b"}, "9" * 500, {"reference": 3}]


def outcome(octets: bytes, name: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in"
        source.mkdir()
        (source / name).write_bytes(octets)
        try:
            import_folder(source, Path(folder) / "out")
        except PopulationError as error:
            assert sorted(path.name for path in Path(folder).iterdir()) == ["in"]
            return str(error)
        return "well"


def test_the_undamaged_bundle_is_imported() -> None:
    assert outcome(BUNDLE, "b.json") == outcome(gzip.compress(BUNDLE), "b.json.gz") == "well"


@settings(max_examples=60)
@given(st.integers(0, len(BUNDLE) - 1), st.integers(0, 255))
def test_a_changed_byte_is_never_a_traceback(position: int, value: int) -> None:
    assert outcome(BUNDLE[:position] + bytes([value]) + BUNDLE[position + 1 :], "b.json")


@settings(max_examples=60)
@given(st.integers(0, len(BUNDLE) - 1))
def test_a_cut_bundle_is_named_wherever_it_is_cut(length: int) -> None:
    words = outcome(BUNDLE[:length], "b.json")
    whole = not BUNDLE[length:].strip()
    assert words == "well" if whole else "b.json" in words


@settings(max_examples=60)
@given(st.data())
def test_a_changed_gzip_byte_is_never_a_traceback(draw: st.DataObject) -> None:
    octets = bytearray(gzip.compress(BUNDLE, mtime=0))
    octets[draw.draw(st.integers(0, len(octets) - 1))] ^= draw.draw(st.integers(1, 255))
    assert outcome(bytes(octets), "b.json.gz")


@settings(max_examples=150)
@given(st.data())
def test_a_value_of_another_kind_is_never_a_traceback(draw: st.DataObject) -> None:
    """Somewhere in the bundle a value becomes another: the resource is skipped, or the file is named."""
    content: Any = json.loads(BUNDLE)
    node = content
    while True:
        key = draw.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        if not isinstance(node[key], dict | list) or not node[key] or draw.draw(st.integers(0, 4)) == 0:
            node[key] = draw.draw(st.sampled_from(JUNK))
            break
        node = node[key]
    assert outcome(json.dumps(content).encode(), "b.json")
