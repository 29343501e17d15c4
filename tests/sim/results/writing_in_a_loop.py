"""Starts writers that write until they are killed, without the price of a new interpreter for each.

For every line on standard input, the path of a root, a writer is forked and its process id printed once it begins;
`gone` follows when it was killed.
"""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

from synthetic_run import plain_report, synthetic_results

from sim.results import RunResults, write_run


def write_for_ever(root: Path, first: list[RunResults], second: list[RunResults]) -> None:
    """Write new runs, then others over them by force, so that kills also meet the replacing of a run."""
    for results in itertools.cycle([*first, *second]):
        write_run(root, results, force=True, make_report=plain_report)


def main() -> None:
    """Serve until standard input ends."""
    first = [synthetic_results(seed) for seed in range(4)]
    second = [synthetic_results(seed, tables=synthetic_results(seed + 100).tables) for seed in range(4)]
    for line in sys.stdin:
        writer = os.fork()
        if writer == 0:
            write_for_ever(Path(line.strip()), first, second)
        print(writer, flush=True)
        os.waitpid(writer, 0)
        print("gone", flush=True)


if __name__ == "__main__":
    main()
