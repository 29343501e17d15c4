"""Progress with the time left, on a terminal only."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import ClassVar, NoReturn, Self, TextIO

from tqdm import tqdm

from sim.units import SECONDS_PER_DAY


class _Progress:
    """A bar on `stream` (standard error by default) that opens at the first news; silent where that is no terminal."""

    form: ClassVar[str]

    def __init__(self, title: str, stream: TextIO | None = None) -> None:
        self._title = title
        self._stream = sys.stderr if stream is None else stream
        self._bar: tqdm[NoReturn] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def _show(self, done: float, total: float, doing: str | None = None) -> None:
        """Move the bar to `done` of `total`."""
        if self._bar is None:
            self._bar = tqdm(
                total=total,
                desc=self._title,
                file=self._stream,
                disable=not self._stream.isatty(),
                leave=False,
                bar_format=self.form,
            )
        if doing is not None:
            self._bar.set_postfix_str(doing, refresh=False)
        self._bar.update(done - self._bar.n)


class TerminalProgress(_Progress):
    """A bar over simulated days."""

    form = "{desc} {percentage:3.0f} % |{bar}| {n:.1f}/{total:.1f} days, {remaining} left"

    def __call__(self, done_s: float, total_s: float) -> None:
        """Show that `done_s` of `total_s` simulated seconds have passed."""
        self._show(done_s / SECONDS_PER_DAY, round(total_s / SECONDS_PER_DAY, 2))


class BlockProgress(_Progress):
    """A bar over blocks."""

    form = "{desc} {percentage:3.0f} % |{bar}| {n:,}/{total:,} blocks, {remaining} left"

    def __call__(self, done_blocks: int, total_blocks: int) -> None:
        """Show that `done_blocks` of `total_blocks` are made."""
        self._show(done_blocks, total_blocks)


class ShareProgress(_Progress):
    """A bar over work of any kind."""

    form = "{desc} {percentage:3.0f} % |{bar:20}| {remaining} left, {postfix}"

    def __call__(self, doing: str, done: float, total: float) -> None:
        """Show what is being done, and that `done` of `total` parts of the work are."""
        self._show(done / total * 100, 100, doing)
