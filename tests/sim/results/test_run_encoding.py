"""JSON with one form only, the journal's chain, and the seal."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.results.encoding import canonical_json, parse_json, read_json_object, readable_json
from sim.results.errors import JournalDiffers, RunDamaged
from sim.results.journal import OPENING, Journal, checked_head
from sim.results.seal import SealedFile, SealError, parse_seal, seal_text, sealed_file

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text('aé\n"漢'),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_json_comes_back_as_it_was(value: object) -> None:
    assert parse_json(canonical_json(value)) == value
    assert parse_json(readable_json(value)) == value
    assert canonical_json(parse_json(readable_json(value))) == canonical_json(value)


def test_equal_objects_have_one_form() -> None:
    assert canonical_json({"b": 1, "a": [1.5, None]}) == canonical_json({"a": [1.5, None], "b": 1})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_json_number_is_not_written(value: float) -> None:
    with pytest.raises(ValueError):
        canonical_json(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "NaN",
        '{"a": Infinity}',
        '{"a": 1, "a": 2}',
        "[" * 100_000,
        "9" * 5_000,
        b"\xff\xfe\x00",
        "1 2",
    ],
    ids=["empty", "cut", "nan", "infinity", "twice", "deep", "long number", "bytes", "two values"],
)
def test_what_python_would_let_pass_or_choke_on_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        parse_json(text)


def test_nesting_is_read_where_the_stack_allows_and_named_where_not() -> None:
    assert parse_json("[" * 64 + "]" * 64)
    with pytest.raises(ValueError, match="nested too deep"):
        parse_json("[" * 50_000 + "]" * 50_000)


def test_a_file_that_holds_no_object_is_named(tmp_path: Path) -> None:
    path = tmp_path / "kpis.json"
    with pytest.raises(RunDamaged, match=r"kpis\.json: cannot be read"):
        read_json_object(path)
    path.write_text("[1]")
    with pytest.raises(RunDamaged, match=r"kpis\.json: holds no JSON object"):
        read_json_object(path)
    path.write_text('{"a": 1}')
    assert read_json_object(path) == {"a": 1}


def _journal(*hashes: str, expected: list[str] | None = None) -> Journal:
    journal = Journal(expected)
    for number, block_hash in enumerate(hashes, start=1):
        journal.append(number=number, block_hash=block_hash)
    return journal


def test_the_running_hash_covers_all_lines_before() -> None:
    assert Journal().head == OPENING == checked_head([])
    first, second = _journal("0xa", "0xc"), _journal("0xb", "0xc")
    assert first.head != second.head
    assert checked_head(first.lines) == first.head


@pytest.mark.parametrize(
    "damage",
    [
        lambda lines: [lines[0].replace("0xa", "0xb"), *lines[1:]],
        lambda lines: lines[1:],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [*lines[:2], "{"],
        lambda lines: [*lines[:2], '{"number":3}'],
        lambda lines: [*lines[:2], "[]"],
    ],
    ids=["changed", "beheaded", "swapped", "cut", "no hash", "no object"],
)
def test_a_journal_whose_chain_breaks_is_named_by_line(damage: object) -> None:
    lines = damage(_journal("0xa", "0xb", "0xc").lines)  # type: ignore[operator]
    with pytest.raises(RunDamaged, match=r"journal line [123]: "):
        checked_head(lines)


def test_a_repeated_run_is_held_to_the_earlier_one() -> None:
    earlier = _journal("0xa", "0xb").lines
    _journal("0xa", "0xb", expected=earlier).close()
    with pytest.raises(JournalDiffers, match=r"journal line 2: was .*0xb.*, now .*0xx"):
        _journal("0xa", "0xx", expected=earlier)
    with pytest.raises(JournalDiffers, match="journal line 3: the earlier run ended before it"):
        _journal("0xa", "0xb", "0xc", expected=earlier)
    with pytest.raises(JournalDiffers, match="ends after line 1, the earlier run has 2"):
        _journal("0xa", expected=earlier).close()
    _journal("0xa").close()


FILES = {"tables/blocks.parquet": sealed_file(b"blocks"), "kpis.json": SealedFile("ab" * 32, 0)}


def test_the_seal_comes_back_as_it_was() -> None:
    assert parse_seal(seal_text(FILES).encode()) == FILES


@given(st.data())
def test_no_damaged_seal_is_read(data: st.DataObject) -> None:
    whole = seal_text(FILES).encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = data.draw(
        st.sampled_from(
            [
                whole[:at],
                whole[:at] + whole[at + 1 :],
                whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
                whole + b"\n",
            ]
        )
    )
    with pytest.raises(SealError):
        parse_seal(damaged)


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a\nb"])
def test_a_seal_speaks_of_files_inside_only(name: str) -> None:
    with pytest.raises(SealError, match="none of its own"):
        parse_seal(seal_text({name: sealed_file(b"")}).encode())


def test_a_seal_of_another_version_is_refused() -> None:

    listing = "medsim run 2\n"
    text = f"{listing}total {hashlib.sha256(listing.encode()).hexdigest()}\n"
    with pytest.raises(SealError, match="unknown version: 'medsim run 2'"):
        parse_seal(text.encode())
