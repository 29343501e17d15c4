"""What a key means, in words for whoever is about to change it."""

from __future__ import annotations

from sim.errors import ScenarioError
from sim.scenario.catalogue import catalogue, chapter_keys, chapters, nearest_key
from sim.scenario.parameter import Grade, Parameter, number_words
from sim.scenario.text import toml_value

GRADE_WORDS: dict[Grade, str] = {
    "S": "sourced",
    "D": "derived, or without influence on any result",
    "U": "unsourced: a choice or a guess, not calibrated",
}


def explain(key: str) -> str:
    """Unit, range, default, grade and source of a key, or the keys of a chapter.

    Raises `ScenarioError` with the nearest key where there is no such key or chapter.
    """
    dotted = key.replace("__", ".")
    if dotted in catalogue():
        return _key_words(catalogue()[dotted])
    if dotted in chapters():
        return _chapter_words(dotted)
    near = nearest_key(dotted)
    raise ScenarioError(
        "",
        "there is no key and no chapter of this name",
        f"a key such as emission.rate, or one of the chapters {', '.join(chapters())}",
        key,
        hint=f"did you mean {near}?" if near else "",
    )


def contents() -> str:
    """The chapters with what they are about, one a line."""
    loose = [f"{entry.key:<12} {entry.doc}" for entry in catalogue().values() if "." not in entry.key]
    return "\n".join(
        [*loose, *(f"[{name}]{' ' * (11 - len(name))}{doc}" for name, doc in chapters().items())]
    )


def default_words(entry: Parameter) -> str:
    """The default as TOML writes it, or that there is none."""
    return "none, must be given" if entry.default is None else toml_value(entry.default)


def plausible_words(entry: Parameter) -> str:
    """The range in which the truth is thought to lie; empty where none is stated."""
    if entry.plausible is None:
        return ""
    low, high = entry.plausible
    return f"{number_words(low)} to {number_words(high)}"


def _key_words(entry: Parameter) -> str:
    lines = [
        entry.key,
        f"  {entry.doc}",
        f"  unit       {'none' if entry.unit == '1' else entry.unit}",
        f"  accepts    {entry.accepts}",
        f"  default    {default_words(entry)}",
        f"  grade      {entry.grade} ({GRADE_WORDS[entry.grade]})",
        f"  source     {entry.source}",
    ]
    if entry.plausible:
        lines.insert(4, f"  plausible  {plausible_words(entry)}")
    return "\n".join(lines)


def _chapter_words(chapter: str) -> str:
    keys = [catalogue()[f"{chapter}.{key}"] for key in chapter_keys(chapter)]
    width = max(len(entry.key) for entry in keys)
    lines = [f"  {entry.key:<{width}}  {default_words(entry)}  {entry.doc}" for entry in keys]
    return "\n".join([f"[{chapter}] {chapters()[chapter]}", *lines])
