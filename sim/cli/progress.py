"""Progress with the time left, on a terminal only."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import NoReturn, TextIO

from tqdm import tqdm

from sim.units import SECONDS_PER_DAY


class TerminalProgress:
    """A bar over simulated days on `stream` (standard error by default); silent where that is no terminal."""

    def __init__(self, title: str, stream: TextIO | None = None) -> None:
        self._title = title
        self._stream = sys.stderr if stream is None else stream
        self._bar: tqdm[NoReturn] | None = None

    def __call__(self, done_s: float, total_s: float) -> None:
        """Show that `done_s` of `total_s` simulated seconds have passed."""
        bar = self._bar or self._open(total_s)
        bar.update(done_s / SECONDS_PER_DAY - bar.n)

    def _open(self, total_s: float) -> tqdm[NoReturn]:
        self._bar = tqdm(
            total=round(total_s / SECONDS_PER_DAY, 2),
            desc=self._title,
            unit="day",
            file=self._stream,
            disable=not self._stream.isatty(),
            leave=False,
            bar_format="{desc} {percentage:3.0f} % |{bar}| {n:.1f}/{total:.1f} days, {remaining} left",
        )
        return self._bar

    def __enter__(self) -> TerminalProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()


class BlockProgress:
    """A bar over blocks on `stream` (standard error by default); silent where that is no terminal."""

    def __init__(self, title: str, stream: TextIO | None = None) -> None:
        self._title = title
        self._stream = sys.stderr if stream is None else stream
        self._bar: tqdm[NoReturn] | None = None

    def __call__(self, done_blocks: int, total_blocks: int) -> None:
        """Show that `done_blocks` of `total_blocks` are made."""
        if self._bar is None:
            self._bar = tqdm(
                total=total_blocks,
                desc=self._title,
                unit="block",
                file=self._stream,
                disable=not self._stream.isatty(),
                leave=False,
                bar_format="{desc} {percentage:3.0f} % |{bar}| {n:,}/{total:,} blocks, {remaining} left",
            )
        self._bar.update(done_blocks - self._bar.n)

    def __enter__(self) -> BlockProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()


class ShareProgress:
    """A bar over work of any kind on `stream` (standard error by default); silent where that is no terminal."""

    def __init__(self, title: str, stream: TextIO | None = None) -> None:
        self._title = title
        self._stream = sys.stderr if stream is None else stream
        self._bar: tqdm[NoReturn] | None = None

    def __call__(self, doing: str, done: float, total: float) -> None:
        """Show what is being done, and that `done` of `total` parts of the work are."""
        if self._bar is None:
            self._bar = tqdm(
                total=100,
                desc=self._title,
                file=self._stream,
                disable=not self._stream.isatty(),
                leave=False,
                bar_format="{desc} {percentage:3.0f} % |{bar:20}| {remaining} left, {postfix}",
            )
        self._bar.set_postfix_str(doing, refresh=False)
        self._bar.update(done / total * 100 - self._bar.n)

    def __enter__(self) -> ShareProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
