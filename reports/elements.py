"""What a section is made of; the template knows one way to show each kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from markupsafe import Markup


@dataclass(frozen=True)
class Paragraph:
    """A sentence or a few; `note` sets it small, as an aside."""

    kind: ClassVar[str] = "paragraph"
    text: str
    note: bool = False


@dataclass(frozen=True)
class Headline:
    """A figure that must not be missed, with what it rests on beneath."""

    label: str
    value: str
    detail: str


@dataclass(frozen=True)
class Headlines:
    """A few headline figures side by side."""

    kind: ClassVar[str] = "headlines"
    items: tuple[Headline, ...]


@dataclass(frozen=True)
class Column:
    """A table column; numbers stand to the right, their unit in the title."""

    title: str
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under titled columns, with a caption; an empty one shows `empty` instead of a bare frame."""

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    empty: str = "No rows in this run."

    def __post_init__(self) -> None:
        """Refuse rows of another width than the header."""
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.caption}: a row of {len(row)} under {len(self.columns)} columns")


@dataclass(frozen=True)
class Figure:
    """An inline SVG with its title, alt text and the sentence that says what it shows; `wide` fills the row."""

    kind: ClassVar[str] = "figure"
    name: str
    title: str
    alt: str
    sentence: str
    svg: Markup
    wide: bool = False


@dataclass(frozen=True)
class Absent:
    """Stands where a figure would, when the run holds nothing to draw."""

    kind: ClassVar[str] = "absent"
    title: str
    sentence: str


@dataclass(frozen=True)
class Gallery:
    """Figures that are read together, two in a row where the page is wide enough."""

    kind: ClassVar[str] = "gallery"
    figures: tuple[Figure | Absent, ...]


@dataclass(frozen=True)
class Moment:
    """One step of a timeline."""

    when: str
    title: str
    text: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Timeline:
    """Steps in order of time."""

    kind: ClassVar[str] = "timeline"
    moments: tuple[Moment, ...]


@dataclass(frozen=True)
class Picture:
    """A PNG carried inside the page."""

    kind: ClassVar[str] = "picture"
    data_base64: str
    alt: str
    sentence: str


Element = Paragraph | Headlines | Table | Figure | Absent | Gallery | Timeline | Picture


@dataclass(frozen=True)
class Section:
    """A numbered part of the report; `slug` is its anchor."""

    number: int
    slug: str
    title: str
    elements: tuple[Element, ...] = field(default_factory=tuple)


def columns(*titles: str) -> tuple[Column, ...]:
    """Columns from titles; one that starts with `#` holds numbers."""
    return tuple(Column(title.removeprefix("#"), title.startswith("#")) for title in titles)


def rows(values: Sequence[Sequence[object]]) -> tuple[tuple[str, ...], ...]:
    """Cells as text."""
    return tuple(tuple(str(cell) for cell in row) for row in values)
