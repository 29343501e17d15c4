"""Section 8: one record's story, from the code on the desk to its use elsewhere."""

from __future__ import annotations

import base64
from typing import Final

import pandas as pd

from reports.chain_words import ChainWords, words_of
from reports.elements import Element, Moment, Paragraph, Picture, Section, Timeline
from reports.measures import local_time
from reports.quantities import counted, duration, whole
from reports.run_directory import RunDirectory, StoryStep


def section(run: RunDirectory) -> Section:
    """A timeline with the QR picture that was really scanned."""
    elements: list[Element] = [Paragraph(_lead(run.story))]
    if run.story_qr_png is not None:
        elements.append(_picture(run.story_qr_png))
    if run.story:
        elements.append(Timeline(_moments(run)))
    return Section(8, "story", "One record's story", tuple(elements))


def _lead(steps: tuple[StoryStep, ...]) -> str:
    if not steps:
        return "No record of this run went all the way, so there is no story to tell."
    span = duration(steps[-1].time_s - steps[0].time_s)
    told = counted(len(steps), "step")
    return f"One record of this run, followed through {told} over {span} of simulated time."


def _picture(png: bytes) -> Picture:
    return Picture(
        base64.b64encode(png).decode("ascii"),
        "QR code of the check-in in this story",
        "The code as it was shown and read back from this very picture. Its keys are simulated: it opens "
        "nothing.",
    )


_UNITS: Final = {"_bytes": "bytes", "_gas": "gas"}
_COUNTS: Final = ("block", "gas")


def _field(name: str, value: str, words: ChainWords) -> tuple[str, str]:
    """A field as words: the unit leaves the name and follows the number, money is in the protocol's coin."""
    if name.endswith("_sat") and value.isdecimal():
        return name.removesuffix("_sat").replace("_", " "), words.amount(int(value))
    if name.endswith("_s"):
        try:
            return name.removesuffix("_s").replace("_", " "), duration(float(value))
        except ValueError:
            return name.removesuffix("_s").replace("_", " "), f"{value} s"
    if name in _COUNTS and value.isdecimal():
        return name, whole(int(value))
    for suffix, unit in _UNITS.items():
        if name.endswith(suffix):
            return name.removesuffix(suffix).replace("_", " "), f"{value} {unit}"
    return name.replace("_", " "), value


def _moments(run: RunDirectory) -> tuple[Moment, ...]:
    steps, words = run.story, words_of(run)
    local = local_time(run, pd.Series([step.time_s for step in steps], dtype="float64"))
    first_s = steps[0].time_s
    return tuple(
        Moment(
            when=f"{moment:%a %Y-%m-%d %H:%M:%S}"
            + (f" (+{duration(step.time_s - first_s)})" if step.time_s > first_s else ""),
            title=step.title,
            text=step.text,
            fields=tuple(_field(name, value, words) for name, value in step.fields),
        )
        for step, moment in zip(steps, local, strict=True)
    )
