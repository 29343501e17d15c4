"""How names of the contracts become Python's: snake case, with the unit last.

Solidity's names carry no units; what a number counts is fixed here, once for all contracts, by the argument's name.
The generator refuses a number whose name is not known, so that none slips through without a decision.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from typing import Final

from chain.errors import ArtifactError

_WORDS_BY_UNIT: Final[Mapping[str, str]] = {
    "med_units": """
        abstainVotes againstVotes allowance amount authorsBudget automaticLimit awarded balance bonded budget buyerCap
        cap ceiling claimLimit commission cover coverLimit curatorsBudget current deductible due emission
        emittedBefore exposure fixedRate forVotes fromBonded fromUnbonding held leaving leastQuorum left locked
        lockedAmount maximumAmount minimumAmount needed newProposalThreshold newVotes oldProposalThreshold ownMinimum
        paid premium previousVotes price proposalThreshold refund refundDue released required reserve sold supply
        unbonding unfunded unitsPerSatoshi value vested votes
    """,
    "s": """
        clock deadline delay earliest emergencyPeriod end epochLength epochStart expiry firstEpochStart grace
        latestExpiry longestPeriod minDelay newDelay newDuration oldDuration partLength period powerDownPartLength start
        stoppableAfter time timepoint until validFrom voteEnd voteStart anchoredFrom
    """,
    "gas": "blockGasLimit gas newBlockGasLimit previousBlockGasLimit",
    "sat": "minimumGasPrice newMinimumGasPrice previousMinimumGasPrice",
    "points": "",
    "millipercent": "rate rateKept whole yearlyRate yearlyRateKept",
    "": """
        accessCount answeredCount approvals attempt automaticClaims basisPoints bits bondedShares calldatas chainId
        claims contestedCount count curationPoints currentNonce edition epoch expected extensions filings firstDay
        fromEpoch index issued justifiedCount kind kinds lastDays length maximumDays maximumFilings maximumGuardians
        newQuorumNumerator next nonce number objectedCount oldQuorumNumerator openClaims openedCount paidCount parts
        patientPoints payloads perAccount perProvider points policy poolShares powerDownParts providerPoints
        quorumDenominator quorumNumerator quota requests shareAcceptor shareIssuer sharePatient sharePrice support
        takenCount targets threshold unansweredCount unbondingShares unjustifiedCount unsettled v visitPatient
        visitProvider weight year authorDayRequests
    """,
}
"""Names by the unit that their numbers are in; the empty unit is that of counts, numbers and points."""

_OF_CONTRACT: Final[Mapping[tuple[str, str], str]] = {
    ("Emission", "value"): "millipercent",
    ("Emission", "year"): "",
    ("Forwarder", "balance"): "wei",
    ("Forwarder", "msgValue"): "wei",
    ("Forwarder", "needed"): "wei",
    ("Forwarder", "requestedValue"): "wei",
    ("Forwarder", "value"): "wei",
    ("Governance", "balance"): "wei",
    ("Governance", "needed"): "wei",
    ("Governance", "threshold"): "med_units",
    ("Governance", "value"): "wei",
    ("Governance", "values"): "wei",
    ("Governance", "weight"): "med_units",
    ("Timelock", "value"): "wei",
    ("Timelock", "values"): "wei",
    ("TokenSale", "balance"): "wei",
    ("TokenSale", "needed"): "med_units",
}
"""Where a contract uses a name for something else than the others do."""

_BY_ENDING: Final = (
    (re.compile(r"(BasisPoints|Seconds|Wei|Gas|Satoshi)$"), ""),
    (re.compile(r"(At|Until|Deadline|Delay|Period)$"), "s"),
    (re.compile(r"(Id|Nonce)$"), ""),
)
"""Names that say what they are by their ending: the first group is written out in the name itself."""

_WRITTEN_OUT: Final[Mapping[str, str]] = {"_seconds": "_s", "_satoshi": "_sat"}
_UNIT_OF: Final = {name: unit for unit, names in _WORDS_BY_UNIT.items() for name in names.split()}
_BOUNDARY: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake(name: str) -> str:
    """Return a Solidity name in Python's way: `validUntil` → `valid_until`, `MINTER_ROLE` → `minter_role`."""
    words = _BOUNDARY.sub("_", name.strip("_")).lower()
    return words + "_" if keyword.iskeyword(words) else words


def python_name(contract: str, name: str, *, is_number: bool) -> str:
    """Return the Python name of an argument; raise `ArtifactError` for a number whose unit is not fixed here."""
    if not is_number:
        return snake(name)
    unit = _unit(contract, name)
    words = snake(name)
    for ending, short in _WRITTEN_OUT.items():
        words = words.removesuffix(ending) + short if words.endswith(ending) else words
    return f"{words}_{unit}" if unit else words


def _unit(contract: str, name: str) -> str:
    if (contract, name) in _OF_CONTRACT:
        return _OF_CONTRACT[contract, name]
    if name in _UNIT_OF:
        return _UNIT_OF[name]
    for ending, unit in _BY_ENDING:
        if ending.search(name):
            return unit
    raise ArtifactError(
        f"{contract}: what the number {name!r} counts is not fixed in chain/contracts/naming.py"
    )
