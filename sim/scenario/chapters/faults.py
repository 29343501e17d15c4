"""What goes wrong on purpose: violations that the auditor must name, and faults that the chain must live through."""

from __future__ import annotations

from typing import Any, ClassVar, Final, Literal

from sim.scenario.parameter import Chapter, choice, number, text

_LATEST_S: Final = 315_360_000
_TEST: Final = "a test of the network, no claim about the world"


def _who(doc: str) -> Any:
    return text(
        "",
        length=(0, 200),
        pattern=r"^(|[1-9][0-9]{0,3}( [1-9][0-9]{0,3})*|[1-9][0-9]?%)$",
        accepts='ranks by stake, such as "1 3", or a share of the stake, such as "30%": the largest that hold as '
        'much together; "" for nobody',
        grade="D",
        source=_TEST,
        doc=doc,
    )


def _from_s(what: str) -> Any:
    return number(
        0,
        between=(0, _LATEST_S),
        unit="s",
        grade="D",
        source=_TEST,
        doc=f"Simulated second from which {what}.",
    )


def _to_s(what: str) -> Any:
    return number(
        3_600,
        between=(1, _LATEST_S),
        unit="s",
        grade="D",
        source=_TEST,
        doc=f"Simulated second at which {what} ends; within the run, so that it can recover.",
    )


class Faults(Chapter):
    """`[faults]`"""

    doc: ClassVar[str] = "What goes wrong on purpose: violations to test the alarm, faults to live through."

    plant: Literal["none", "med-created", "qtum-created", "coin-lost", "stake-created"] = choice(
        "none",
        grade="D",
        source="a test of the alarm, no claim about the world",
        doc="What is broken: MED or QTUM out of nothing, a coin that vanishes, or a stake in the protocol's books "
        "for which there is no MED.",
    )
    plant_at_s: int = number(
        0,
        between=(0, _LATEST_S),
        unit="s",
        grade="D",
        source="a test of the alarm, no claim about the world",
        doc="Simulated second after which it happens; within the run.",
    )
    missed_by: str = _who("Whose validators let turns pass.")
    missed_probability: float = number(
        1.0,
        between=(0.0, 1.0),
        unit="1",
        grade="D",
        source=_TEST,
        doc="Chance that such a validator lets a turn pass.",
    )
    missed_from_s: int = _from_s("turns are let pass")
    missed_to_s: int = _to_s("letting turns pass")
    outages_by: str = _who("Whose nodes crash and restart.")
    outages_from_s: int = _from_s("they are down")
    outages_to_s: int = _to_s("the outage")
    catch_up_s: float = number(
        30.0,
        between=(0.0, 86_400.0),
        unit="s",
        grade="D",
        source=_TEST,
        doc="What a node takes after its restart to hold what the others hold.",
    )
    two_blocks_by: str = _who(
        "Whose validators make two blocks of one turn, and show one to each half of the nodes."
    )
    two_blocks_from_s: int = _from_s("they make two")
    two_blocks_to_s: int = _to_s("making two")
    withheld_by: str = _who(
        "Whose validators keep their blocks back, each on a branch of its own, to undo others'."
    )
    withheld_depth_blocks: int = number(
        2,
        between=(1, 500),
        unit="blocks",
        grade="D",
        source=_TEST,
        doc="How many of the others' blocks a branch undoes when it is published.",
    )
    withheld_lag_blocks: int = number(
        20,
        between=(1, 500),
        unit="blocks",
        grade="D",
        source=_TEST,
        doc="How far a branch falls behind before it is given up.",
    )
    withheld_attempts: int = number(
        1,
        between=(1, 10_000),
        unit="1",
        grade="D",
        source=_TEST,
        doc="Branches that each such validator begins, published and given up ones together.",
    )
    withheld_from_s: int = _from_s("branches begin")
    withheld_to_s: int = _to_s("withholding")
    partitions_groups: str = text(
        "",
        length=(0, 100),
        pattern=r"^(|(NA|EU|SA|AS|JP|AU)( (NA|EU|SA|AS|JP|AU))*( \| (NA|EU|SA|AS|JP|AU)( (NA|EU|SA|AS|JP|AU))*)*)$",
        accepts='regions by group, such as "JP" or "JP AS | NA"; regions that are not named form one more; "" for none',
        grade="D",
        source=_TEST,
        doc="Regions whose nodes hear of each other only.",
    )
    partitions_from_s: int = _from_s("the groups are apart")
    partitions_to_s: int = _to_s("the partition")
    skew_by: str = _who("Whose validators' clocks are wrong.")
    skew_s: float = number(
        0.0,
        between=(-86_400.0, 86_400.0),
        unit="s",
        grade="D",
        source=_TEST,
        doc="By how much their clocks are ahead; behind where it is less than 0.",
    )
    skew_from_s: int = _from_s("their clocks are wrong")
    skew_to_s: int = _to_s("the skew")
    concentration_share: float = number(
        0.0,
        between=(0.0, 0.99),
        unit="1",
        grade="D",
        source=_TEST,
        doc="Share of the stake that the first staker holds, for the whole run; the others share the rest as they "
        "did; 0 leaves stakes as they are.",
    )


INJECTORS: Final = {
    "missed": "missed_by",
    "outages": "outages_by",
    "two_blocks": "two_blocks_by",
    "withheld": "withheld_by",
    "partitions": "partitions_groups",
    "skew": "skew_by",
}
"""Faults that need a network, each with the key that switches it on; its times are `<fault>_from_s` and `_to_s`."""
