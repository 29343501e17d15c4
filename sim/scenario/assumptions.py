"""Writes ASSUMPTIONS.md from the declarations: `python -m sim.scenario.assumptions > ASSUMPTIONS.md`."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Final

from sim.scenario.catalogue import catalogue, chapters
from sim.scenario.explanation import default_words, plausible_words
from sim.scenario.parameter import Parameter

_INTRODUCTION: Final = """\
# Assumptions

Every number a run rests on that is not computed in it: what it means, where it comes from, how far to trust
it. This file is made from the scenario's own declarations (`python -m sim.scenario.assumptions >
ASSUMPTIONS.md`), so it cannot disagree with the code; a test fails when it is out of date. `medsim scenario
explain KEY` prints one entry.

## How to read it

| grade | meaning | how many |
|---|---|---|
| S | **sourced**: read in public code, an official text or a publication, which is named | {S} |
| D | **derived** by the arithmetic given, or a switch on which no result rests | {D} |
| U | **unsourced**: a choice or a guess, with the range in which the truth is thought to lie | {U} |

- *Accepts* is what a scenario may say; anything else is refused before a run starts. *Plausible* is
  narrower: vary a U within it before believing an answer. A U is never calibrated, whatever its default.
- A source written `owner/repository: path` is public code on GitHub; the others are publications and press.
- To change a value, write the key into a scenario file under its `[chapter]`, or give `--set
  chapter.key=value` to `medsim run`, or `chapter__key=value` to `run` in Python. To change a default, a
  range or a source, edit its declaration in `sim/scenario/chapters/`.

## What stands outside the scenario

- The rules of a protocol (block grid, difficulty, subsidy, maturity, split of rewards, election, votes) belong to
  the protocol and stand with their sources in `chain/protocols/`. Qtum's numbers are no keys, because changing one
  makes another protocol; the numbers by which the others differ from chain to chain are (`[dpos]`, `[bft]`,
  `[lottery]`, `[notary]`), and are read where `chain.protocol` names a protocol of that kind.
- MediBloc's chains knew no contracts. Here a contract call takes the CPU units of a record on the one, and on the
  other pays for all the gas that it asks for; validators' and producers' costs are not modelled on any chain.
- By default the chain is seen through one network view: all producers see the same blocks at once, nothing forks
  and orphan figures are undefined. With `network.views = "network"` every validator has a tip of its own, all are
  linked to all, and every node has a pool of its own, with what has come to it from the gateways and its own
  branch has not included. People hand transactions in at one of `network.gateway_regions` each; what the chain
  says, and when something is final, all of them learn from the first.
- QTUM issued is computed from `chain.opening_height` by Qtum's subsidy rule; it is not a key.
- Patients are synthetic. Their disease rates, visit rates and care settings are those of the generator's
  country. Each history is shifted by whole weeks or more so that its busiest window falls into the run:
  visits per head are therefore higher than in any nation, and answers *per visit* carry further than
  answers *per head*.
- No market exists in this version: MED has no price, and no figure in KRW rests on one. Fees are stated in
  KRW by `economy.qtum_krw`, a constant.
- A sale before the run (`token.opening = "sale"`) is executed on the contracts, while its buyers are modelled: each
  sends one purchase, a day's purchases stand in one block at the day's end, nobody pays gas before the run, and who
  is refused does not try again. Heights of earlier blocks are reckoned back from `chain.opening_height` at 144 s.
- People follow their histories; nobody joins, leaves or changes behaviour because of a reward.
"""


def render() -> str:
    """The whole document as Markdown."""
    grades = Counter(entry.grade for entry in catalogue().values())
    parts = [_INTRODUCTION.format(S=grades["S"], D=grades["D"], U=grades["U"])]
    loose = [entry for entry in catalogue().values() if "." not in entry.key]
    parts.append(_section("At the top of the file", "", loose))
    for chapter, doc in chapters().items():
        entries = [entry for entry in catalogue().values() if entry.key.startswith(f"{chapter}.")]
        parts.append(_section(f"`[{chapter}]`", doc, entries))
    return "\n".join(parts)


def _section(title: str, doc: str, entries: list[Parameter]) -> str:
    head = [f"## {title}", "", *([doc, ""] if doc else [])]
    table = [
        "| key | default | unit | accepts | plausible | grade | source |",
        "|---|---|---|---|---|---|---|",
        *(_row(entry) for entry in entries),
    ]
    meanings = [f"- `{entry.key}`: {entry.doc}" for entry in entries]
    return "\n".join([*head, *table, "", *meanings, ""])


def _row(entry: Parameter) -> str:
    unit = "" if entry.unit == "1" else entry.unit
    cells = [
        f"`{entry.key}`",
        default_words(entry),
        unit,
        entry.accepts,
        plausible_words(entry),
        entry.grade,
        entry.source,
    ]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    sys.stdout.write(render())
