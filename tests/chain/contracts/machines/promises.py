"""Promises of the whole system, judged by what its contracts tell: every event of every call goes to the books.

A book is about one topic. `handlers` names what it listens to; a handler fails where a promise is broken. `conclude` is
called once a call has been told whole. Books know from `World` who speaks for whom; what they are told about money they
hold against the MED that really moved (`Payouts`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from system_world import World

from chain.abi import Event
from chain.block import Address

Said = Mapping[str, Any]
Handlers = Mapping[tuple[str, str], Callable[[Said], None]]
Told = Sequence[tuple[str, Event]]
"""Events with the contracts that told them, in their order."""


class Book:
    """One topic's promises."""

    def __init__(self, world: World) -> None:
        self.world = world

    def handlers(self) -> Handlers:
        """Return what is to be told to whom, by contract and event."""
        return {}

    def conclude(self, _told: Told) -> None:
        """Judge a call that has been told whole."""


class Promises:
    """All books, told about one call after the other."""

    def __init__(self, world: World, books: Sequence[Book]) -> None:
        self.world = world
        self.books = books
        self._handlers = [book.handlers() for book in books]

    def branch(self) -> Promises:
        """Return another future of the same past."""
        kept = {id(key): key for key in self.world.keys.values()}
        return Promises(*deepcopy((self.world, self.books), kept))

    def tell(self, told: Told, author: Address, now_s: int) -> None:
        """Tell of a call that succeeded: its events, who asked for it, and when (Unix seconds)."""
        world = self.world
        world.author, world.now_s, world.people.now_s = author, now_s, now_s
        world.explained.clear()
        for contract, event in told:
            for handlers in self._handlers:
                if handler := handlers.get((contract, event.name)):
                    handler(event.arguments)
        for book in self.books:
            book.conclude(told)
