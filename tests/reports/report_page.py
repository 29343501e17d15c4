"""A page as a tree, strictly read: an unbalanced tag is an error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "img", "br", "link", "input", "hr"}


@dataclass
class Node:
    """An element: its tag, attributes, children and own text."""

    tag: str
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, tag: str) -> list[Node]:
        return [node for node in self.walk() if node.tag == tag]

    @property
    def text(self) -> str:
        """All text beneath, blanks (no-break ones too) made one."""
        return " ".join(" ".join(self.pieces).split())


class Page(HTMLParser):
    """Parses on construction; raises `ValueError` where a tag is closed that is not open, or left open."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("document", {})
        self._open = [self.root]
        self.feed(html)
        self.close()
        if len(self._open) != 1:
            raise ValueError(f"left open: {[node.tag for node in self._open[1:]]}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in _VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if self._open[-1].tag != tag:
            raise ValueError(f"</{tag}> closes <{self._open[-1].tag}>")
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for node in self._open:
            node.pieces.append(data)

    def section(self, slug: str) -> Node:
        return next(node for node in self.root.all("section") if node.attributes.get("id") == slug)

    def figures(self) -> list[Node]:
        return [node for node in self.root.all("figure") if node.all("svg")]
