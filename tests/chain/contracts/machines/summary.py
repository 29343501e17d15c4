"""What the machines did, added up: `python tests/chain/contracts/machines/summary.py [short|long]`.

Prints calls and success share by machine, the functions that were called least, and the state-changing functions of
which no call succeeded although somebody may call them. For `long` it fails (exit code 1) where, over all machines
together, a function of any contract was called fewer than 50 times, or one of the latter is left; `short` reports
them.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from chain.contracts.access import access_tables
from chain.contracts.artifact import CONTRACTS, load

LEAST_CALLS = 50
NOBODY = "nobody"
"""In ACCESS.md: who may call what nobody may call after the opening."""

TALLIES = Path(__file__).parents[4] / "build" / "machines"


@dataclass
class Sums:
    """Calls with looks, and successes, by function over all machines."""

    calls: Counter[str] = field(default_factory=Counter)
    successes: Counter[str] = field(default_factory=Counter)

    @property
    def seldom(self) -> list[str]:
        """The functions that were called too seldom, the least called first."""
        return sorted(
            (name for name in functions() if self.calls[name] < LEAST_CALLS), key=self.calls.__getitem__
        )

    @property
    def never(self) -> list[str]:
        """The state-changing functions of which no call succeeded, but for those that nobody may call."""
        return [name for name in callable_functions() if not self.successes[name]]


def functions() -> list[str]:
    """Every function of every contract, those of one name once."""
    named = (
        f"{name}.{entry['name']}"
        for name in CONTRACTS
        for entry in load(name).abi
        if entry["type"] == "function"
    )
    return list(dict.fromkeys(named))


def callable_functions() -> list[str]:
    """The state-changing functions that the access tables say somebody may call after the opening."""
    return [
        f"{name}.{row.function}"
        for name in CONTRACTS
        for row in access_tables()[name].changing
        if NOBODY not in row.caller.split()
    ]


def added_up(directory: Path) -> Sums:
    """Print a line a machine, and return the sums."""
    sums = Sums()
    print(f"{'machine':<28}{'calls':>9}{'succeeded':>11}{'share':>7}{'looks':>9}")
    for path in sorted(directory.glob("*.json")):
        rows = json.loads(path.read_text())
        calls = sum(all_calls - looks for all_calls, _successes, looks in rows.values())
        successes = sum(successes for _all_calls, successes, _looks in rows.values())
        looks = sum(looks for _all_calls, _successes, looks in rows.values())
        sums.calls.update({name: row[0] for name, row in rows.items()})
        sums.successes.update({name: row[1] for name, row in rows.items()})
        print(f"{path.stem:<28}{calls:>9}{successes:>11}{successes / max(calls, 1):>7.0%}{looks:>9}")
    return sums


def main(profile: str, tallies: Path = TALLIES) -> int:
    """Print the summary of a profile; return 1 where a long one shows too little, 2 where nothing ran."""
    directory = tallies / profile
    if not any(directory.glob("*.json")):
        print(f"no machine has left counts in {directory}", file=sys.stderr)
        return 2
    sums = added_up(directory)
    print(f"{len(functions())} functions; called fewer than {LEAST_CALLS} times: {len(sums.seldom)}")
    for name in sums.seldom:
        print(f"  {name:<50}{sums.calls[name]:>6}")
    print(
        f"{len(callable_functions())} change the state and may be called; never with success: {len(sums.never)}"
    )
    for name in sums.never:
        print(f"  {name:<50}{sums.calls[name]:>6}")
    return 1 if profile == "long" and (sums.seldom or sums.never) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "long"))
