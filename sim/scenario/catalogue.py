"""All keys with what is known about them, read from the model's declarations."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.scenario.model import Scenario
from sim.scenario.parameter import Chapter, Parameter, Value

_KINDS = {str: "text", int: "integer", float: "number", bool: "truth"}


@cache
def catalogue() -> dict[str, Parameter]:
    """Every key with its default as value, by dotted path, in the file's order."""
    found: dict[str, Parameter] = {}
    for name, info in Scenario.model_fields.items():
        chapter = _chapter_class(info)
        if chapter is None:
            found[name] = _declared(name, info)
        else:
            for key, inner in chapter.model_fields.items():
                found[f"{name}.{key}"] = _declared(f"{name}.{key}", inner)
    return found


@cache
def chapters() -> dict[str, str]:
    """Each chapter's name and what it is about, in the file's order."""
    classes = {name: _chapter_class(info) for name, info in Scenario.model_fields.items()}
    return {name: chapter.doc for name, chapter in classes.items() if chapter is not None}


def parameters(scenario: Scenario | None = None) -> list[Parameter]:
    """Every key with the scenario's value, or with its default where no scenario is given."""
    if scenario is None:
        return list(catalogue().values())
    values = scenario.values
    return [replace(entry, value=values[entry.key]) for entry in catalogue().values()]


def chapter_keys(chapter: str) -> list[str]:
    """The keys of a chapter without its name; for the empty name the file's own keys and tables."""
    if not chapter:
        return [*(key for key in catalogue() if "." not in key), *chapters()]
    prefix = f"{chapter}."
    return [key.removeprefix(prefix) for key in catalogue() if key.startswith(prefix)]


def nearest_key(key: str) -> str | None:
    """The known key or chapter that looks most like `key`, None where none is near."""
    known = [*catalogue(), *chapters()]
    close = get_close_matches(key[:100], known, n=1, cutoff=0.75)
    if close:
        return close[0]
    last = key[:100].rpartition(".")[2]
    namesakes = [entry for entry in known if entry.rpartition(".")[2] == last]
    return namesakes[0] if len(namesakes) == 1 else None


def _chapter_class(info: FieldInfo) -> type[Chapter] | None:
    annotation = info.annotation
    return annotation if isinstance(annotation, type) and issubclass(annotation, Chapter) else None


def _declared(key: str, info: FieldInfo) -> Parameter:
    notes: Any = info.json_schema_extra
    choices = get_args(info.annotation) if get_origin(info.annotation) is not None else ()
    default: Value | None = None if info.is_required() else info.default
    return Parameter(
        key=key,
        value=default,
        default=default,
        kind="text" if choices else _KINDS[info.annotation],  # type: ignore[index]
        unit=notes["unit"],
        minimum=notes.get("low"),
        maximum=notes.get("high"),
        allowed=choices,
        accepts=notes.get("accepts") or _choice_words(choices),
        plausible=notes.get("plausible"),
        grade=notes["grade"],
        source=notes["source"],
        doc=info.description or "",
        length=notes.get("length"),
        pattern=notes.get("pattern"),
    )


def _choice_words(choices: tuple[str, ...]) -> str:
    return " or ".join(f'"{choice}"' for choice in choices) or "true or false"
