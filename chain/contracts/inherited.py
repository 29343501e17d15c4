"""The few inherited members that OpenZeppelin's contracts leave without a word in NatSpec, explained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "DEFAULT_ADMIN_ROLE()": "The role that grants and revokes the contract's roles, itself too.",
    "PROPOSER_ROLE()": "The role that schedules calls.",
    "EXECUTOR_ROLE()": "The role that carries out calls whose delay has passed; where nobody is named, anyone.",
    "CANCELLER_ROLE()": "The role that cancels scheduled calls.",
    "BALLOT_TYPEHASH()": "EIP-712 type of a vote cast by signature.",
    "EXTENDED_BALLOT_TYPEHASH()": "EIP-712 type of a vote cast by signature, with a reason and parameters.",
    "onERC1155Received(address,address,uint256,uint256,bytes)": "Tokens of one kind were sent here.",
    "onERC1155BatchReceived(address,address,uint256[],uint256[],bytes)": "Tokens of several kinds were sent here.",
    "InvalidShortString()": "The bytes are not those of a string of at most 31 bytes.",
    "StringTooLong(string)": "The string has more than 31 bytes.",
    "OwnershipTransferStarted(address,address)": "The owner named its successor, which has to accept.",
    "OwnershipTransferred(address,address)": "The contract has another owner.",
    "ProposalThresholdSet(uint256,uint256)": "Making a proposal takes another number of votes.",
    "QuorumNumeratorUpdated(uint256,uint256)": "The quorum is another share of all votes.",
    "VotingDelaySet(uint256,uint256)": "Votes begin another time after a proposal, in seconds.",
    "VotingPeriodSet(uint256,uint256)": "Votes last another time, in seconds.",
}
"""What a member does, by its name and types."""
