"""Sealed openings kept on disk by the digest of their content, so that each is built once.

An opening of thousands of purchases takes minutes to execute and a second to load. Whatever is wrong with the
directory or a file in it is told in a warning and costs time, never a result: the opening is built anew.
"""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from chain.block import ExecutedBlock
from chain.engines.protocol import Engine
from chain.errors import StateMismatch
from chain.opening import Opening, content_key, seal_opening
from chain.opening_file import DamagedOpening, SealedOpening, from_bytes, to_bytes

LOGGER: Final = logging.getLogger(__name__)

SUFFIX: Final = ".opening"
UNFINISHED_SUFFIX: Final = ".unfinished"

LIMIT_BYTES: Final = 512 * 1024 * 1024
"""A sale with 6,500 buyers takes about 5 MB; an opening without one 0.1 MB."""


ABANDONED_NS: Final = 3_600 * 10**9
"""An unfinished file so much older than the newest one is what a killed process left."""


class OpeningCache:
    """A directory of sealed openings, shared by any number of processes; beyond `limit_bytes` old files go."""

    def __init__(self, directory: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self.directory = directory
        self.limit_bytes = limit_bytes

    def seal(self, engine: Engine, opening: Opening) -> Sequence[ExecutedBlock]:
        """Return the blocks of an opening, read where they are kept, else built and kept.

        The engine has the state behind the last of them. Raises `InvalidBlock` as `seal_opening` does.
        """
        key = content_key(engine.chain_id, opening)
        path = self.directory / f"{key}{SUFFIX}"
        kept = self._read(key, path, engine)
        if kept is not None:
            return kept
        blocks = seal_opening(engine, opening)
        accounts = list(engine.export_state(blocks[-1].state_root))
        self._keep(path, to_bytes(key, SealedOpening(accounts, blocks)))
        return blocks

    def _read(self, key: str, path: Path, engine: Engine) -> tuple[ExecutedBlock, ...] | None:
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            LOGGER.warning("opening %s cannot be read and is built anew (%s)", path, error.strerror)
            return None
        try:
            sealed = from_bytes(key, content)
            if not sealed.blocks:
                raise DamagedOpening("it holds no block")
            engine.import_state(sealed.accounts, sealed.blocks[-1].state_root)
        except (DamagedOpening, StateMismatch) as error:
            LOGGER.warning("opening %s is not used and built anew: %s", path, error)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # what is used stays longest
        return sealed.blocks

    def _keep(self, path: Path, content: bytes) -> None:
        """Write a file whole or not at all; where that fails, the next run builds the opening again."""
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(UNFINISHED_SUFFIX, dir=self.directory)
            unfinished = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                unfinished.replace(path)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
            self._remove_old(path)
        except OSError as error:
            LOGGER.warning("opening %s is not kept (%s)", path, error.strerror)

    def _remove_old(self, newest: Path) -> None:
        """Remove what killed processes left, then files, those used longest ago first, until the rest fits."""
        files = []
        for path in self.directory.iterdir():
            if path.suffix in (SUFFIX, UNFINISHED_SUFFIX):
                with contextlib.suppress(FileNotFoundError):  # another process removed it just now
                    found = path.stat()
                    files.append((found.st_mtime_ns, path.name, found.st_size))
        latest_ns = max((used_at_ns for used_at_ns, _name, _size in files), default=0)
        excess_bytes = (
            sum(size for _used_at_ns, name, size in files if name.endswith(SUFFIX)) - self.limit_bytes
        )
        for used_at_ns, name, size in sorted(files):
            if name.endswith(UNFINISHED_SUFFIX):
                if latest_ns - used_at_ns > ABANDONED_NS:
                    (self.directory / name).unlink(missing_ok=True)
            elif excess_bytes > 0 and name != newest.name:
                (self.directory / name).unlink(missing_ok=True)
                excess_bytes -= size
