"""TOML in and out: every mistake has its line, and what is written loads as what it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario import Parameter, Scenario, catalogue, from_tables, load, load_text
from sim.scenario.text import LARGEST_FILE_BYTES, parse, write

ABOUT = '[scenario]\nname = "x"\ntitle = "X"\nquestion = "Why?"\n'

BROKEN = [
    ("no value", "a = 1\nb =\n", 2, "Invalid value"),
    ("no equals sign", "a = 1\n\nb 2\n", 3, "Expected '='"),
    ("open bracket", "[time\ndays = 3\n", 1, "Expected ']'"),
    ("cut in a text", ABOUT + 'x = "abc', 5, "Unterminated string"),
    ("cut after the sign", ABOUT + "x =", 5, "Invalid value"),
    ("key given twice", "[time]\ndays = 3\ndays = 4\n", 3, "days is given twice"),
    ("table given twice", "[time]\ndays = 3\n[time]\nzone = 'UTC'\n", 3, "[time] is given twice"),
    ("dotted key given twice", "time.days = 3\r\ntime.days = 4\r\n", 2, "time.days is given twice"),
    ("deep list", "a = 1\nb = " + "[" * 5000, 2, "nested too deeply"),
    ("deep table", "a = 1\n\nb = " + "{x=" * 5000, 3, "nested too deeply"),
    ("deep list over lines", "a = 1\n" + "b = [\n" + "[\n" * 4998, 5000, "nested too deeply"),
    ("long number", "a = 1\nb = " + "9" * 5000 + "\n", 2, "too many digits"),
    ("zero byte", "a = 1\nb = \0\n", 2, "Invalid value"),
]


@pytest.mark.parametrize(
    ("text", "line", "reason"), [case[1:] for case in BROKEN], ids=[c[0] for c in BROKEN]
)
def test_a_mistake_in_the_text_is_named_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_text(text, "x.toml")
    assert caught.value.line == line
    assert caught.value.key == ""
    assert str(caught.value).startswith(f"x.toml: line {line}: not TOML: ")
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("octets", "line", "octet"),
    [(b"\xff\xfea\0", 1, "0xff"), (b"a = 1\nb = '\xe9'\n", 2, "0xe9"), (b"a = 1\n\n\xc3", 3, "0xc3")],
)
def test_other_encodings_are_refused_with_line_and_byte(octets: bytes, line: int, octet: str) -> None:
    with pytest.raises(ScenarioError, match=f"line {line}: byte {octet} is not UTF-8"):
        load_text(octets)


def test_a_lone_surrogate_is_no_text() -> None:
    with pytest.raises(ScenarioError, match="is not UTF-8"):
        load_text("a = '\ud800'")


def test_byte_order_mark_and_carriage_returns_of_other_editors_are_welcome() -> None:
    assert load_text(b"\xef\xbb\xbf" + ABOUT.replace("\n", "\r\n").encode()) == load_text(ABOUT)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "directory.toml").mkdir()
    (tmp_path / "large.toml").write_bytes(b"#" * (LARGEST_FILE_BYTES + 1))
    for name, reason in [
        ("absent.toml", "No such file"),
        ("directory.toml", "Is a directory"),
        ("large.toml", "at most 1,000,000 bytes"),
        ("nul\0.toml", "null byte"),
    ]:
        with pytest.raises(ScenarioError, match=reason):
            load(tmp_path / name)


def test_the_largest_file_is_still_read() -> None:
    assert parse(b"#" * LARGEST_FILE_BYTES, "x") == {}


def test_every_default_is_spelled_out() -> None:
    text = load("baseline").to_toml()
    for key in catalogue():
        assert f"\n{key.rpartition('.')[2]} = " in f"\n{text}"


def test_annotation_adds_units_and_grades_and_changes_nothing() -> None:
    scenario = load("baseline")
    text = write(scenario, annotated=True)
    assert "\ndays = 30  # a whole number from 1 to 3,650 (days); grade U\n" in text
    assert "\n# Who makes the blocks on Qtum, and with how much coin.\n[staking]\n" in text
    assert load_text(text) == scenario


def test_a_path_keeps_its_odd_characters() -> None:
    source = 'C:\\people "2018"\\é #1'
    scenario = load("baseline", {"population.source": source})
    assert load_text(scenario.to_toml()).population.source == source


def _values(entry: Parameter) -> st.SearchStrategy[object]:
    if entry.allowed:
        return st.sampled_from(entry.allowed)
    if entry.kind == "truth":
        return st.booleans()
    assert entry.minimum is not None
    assert entry.maximum is not None
    if entry.kind == "integer":
        return st.integers(int(entry.minimum), int(entry.maximum))
    steps = [step for ending, step in STEPS.items() if entry.key.endswith(ending)]
    if steps:
        most = round(min(1, entry.maximum) * steps[0])
        return st.integers(0, most).map(lambda step: step / steps[0])
    return st.floats(entry.minimum, entry.maximum)


STEPS = {
    "emission.rate": 100_000,
    "emission.rate_kept_share": 100_000,
    ".bonus_share": 10_000,
    "rewards.fixed_rate_med_per_point": 10**8,
    "rewards.curation_share": 10_000,
    "rewards.vesting_share": 10_000,
    "governance.quorum_share": 10_000,
    ".minimum_commission_share": 10_000,
    "market.commission_share": 10_000,
    "insurance.reserve_share": 10_000,
    ".locked_share": 10_000,
}
"""Numbers that contracts keep in whole steps, and how many make one."""

FREE = [entry for entry in catalogue().values() if entry.kind != "text" or entry.allowed]
TIED = (
    "staking.",
    "mempool.",
    "economy.",
    "time.",
    "faults.plant",
    "sponsor.",
    "fees.gas",
    "chain.",
    "network.views",
    "emission.source",
    "dpos.dynasty_seats",
)
TIED_ALONE = ("token.opening",)
"""With a sale as the opening, the sale's keys are tied to each other."""
TITLES = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=120)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            entry.key: _values(entry)
            for entry in FREE
            if not entry.key.startswith(TIED) and entry.key not in TIED_ALONE
        },
    ),
    TITLES,
)
def test_what_is_written_loads_as_what_it_was(values: dict[str, object], title: str) -> None:
    about = {"name": "x", "title": title, "question": "Why?"}
    scenario: Scenario = from_tables({"scenario": about}, overrides=values)
    again = load_text(scenario.to_toml())
    assert again == scenario
    assert again.digest == scenario.digest


def test_most_single_changes_are_valid_and_survive() -> None:
    """Keys that rules tie to others, too: changed alone, to a value beside the default, most load."""
    survived = 0
    for entry in FREE:
        if entry.kind in ("integer", "number") and isinstance(entry.default, int | float):
            changed = entry.default * 2 if entry.kind == "number" else entry.default + 1
            try:
                scenario = load("baseline", {entry.key: changed})
            except ScenarioError:
                continue
            assert load_text(scenario.to_toml()).values[entry.key] == changed
            survived += 1
    assert survived >= 30
