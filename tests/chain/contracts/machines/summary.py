"""What the machines did, added up: `python tests/chain/contracts/machines/summary.py [short|long]`.

Prints calls and success share by machine and the functions that were called least; fails (exit code 1) where, over
all machines together, a function of any contract was called fewer than 50 times.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from chain.contracts.artifact import CONTRACTS, load

LEAST_CALLS = 50
TALLIES = Path(__file__).parents[4] / "build" / "machines"


def main(profile: str) -> int:
    """Print the summary of a profile; return 1 where a function was called too seldom, 2 where nothing ran."""
    paths = sorted((TALLIES / profile).glob("*.json"))
    if not paths:
        print(f"no machine has left counts in {TALLIES / profile}", file=sys.stderr)
        return 2
    counts: Counter[str] = Counter()
    print(f"{'machine':<28}{'calls':>9}{'succeeded':>11}{'share':>7}{'looks':>9}")
    for path in paths:
        rows = json.loads(path.read_text())
        calls = sum(all_calls - looks for all_calls, _successes, looks in rows.values())
        successes = sum(successes for _all_calls, successes, _looks in rows.values())
        looks = sum(looks for _all_calls, _successes, looks in rows.values())
        counts.update({name: row[0] for name, row in rows.items()})
        print(f"{path.stem:<28}{calls:>9}{successes:>11}{successes / max(calls, 1):>7.0%}{looks:>9}")
    functions = [
        f"{name}.{entry['name']}"
        for name in CONTRACTS
        for entry in load(name).abi
        if entry["type"] == "function"
    ]
    seldom = sorted({name for name in functions if counts[name] < LEAST_CALLS}, key=lambda name: counts[name])
    print(f"{len(functions)} functions; called fewer than {LEAST_CALLS} times: {len(seldom)}")
    for name in seldom:
        print(f"  {name:<50}{counts[name]:>6}")
    return 1 if seldom else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "long"))
