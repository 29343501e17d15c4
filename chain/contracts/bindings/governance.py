"""Governance: Votes on protocol and reward parameters.

Generated from the ABI by `medsim contracts build`; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from chain.block import Address, Hash32, Log
from chain.contracts.rows import Row
from chain.contracts.typed import ContractCall, ContractError, ContractEvent, Field, Struct, decode_error, decode_event, interface, plain, same


class Terms(Struct):
    """`Terms` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("votingDelay", "voting_delay_s"), ("votingPeriod", "voting_period_s"), ("quorumBasisPoints", "quorum_basis_points"), ("blockGasLimit", "block_gas_limit_gas"), ("minimumGasPrice", "minimum_gas_price_sat"), ("proposalThreshold", "proposal_threshold_med_units"), ("leastQuorum", "least_quorum_med_units"))

    voting_delay_s: int
    voting_period_s: int
    quorum_basis_points: int
    block_gas_limit_gas: int
    minimum_gas_price_sat: int
    proposal_threshold_med_units: int
    least_quorum_med_units: int


class Eip712DomainAnswer(Row):
    """What `eip712_domain` answers."""

    fields: bytes
    name: str
    version: str
    chain_id: int
    verifying_contract: Address
    salt: Hash32
    extensions: tuple[int, ...]


class ProposalVotesAnswer(Row):
    """What `proposal_votes` answers."""

    against_votes_med_units: int
    for_votes_med_units: int
    abstain_votes_med_units: int


class BlockGasLimitChanged(ContractEvent):
    """The block gas limit is `blockGasLimit` (gas) from the next block on; it was
    `previousBlockGasLimit`.
    """

    CONTRACT: ClassVar = "Governance"
    EVENT: ClassVar = "BlockGasLimitChanged"
    FIELDS: ClassVar[tuple[Field, ...]] = (("previousBlockGasLimit", "previous_block_gas_limit_gas"), ("blockGasLimit", "block_gas_limit_gas"))

    previous_block_gas_limit_gas: int
    block_gas_limit_gas: int


class EIP712DomainChanged(ContractEvent):
    """MAY be emitted to signal that the domain could have changed."""

    CONTRACT: ClassVar = "Governance"
    EVENT: ClassVar = "EIP712DomainChanged"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class MinimumGasPriceChanged(ContractEvent):
    """The minimum gas price is `minimumGasPrice` (satoshi per gas) from the next block on; it was
    `previousMinimumGasPrice`.
    """

    CONTRACT: ClassVar = "Governance"
    EVENT: ClassVar = "MinimumGasPriceChanged"
    FIELDS: ClassVar[tuple[Field, ...]] = (("previousMinimumGasPrice", "previous_minimum_gas_price_sat"), ("minimumGasPrice", "minimum_gas_price_sat"))

    previous_minimum_gas_price_sat: int
    minimum_gas_price_sat: int


class ProposalCanceled(ContractEvent):
    """Emitted when a proposal is canceled."""

    CONTRACT: ClassVar = "Governance"
    EVENT: ClassVar = "ProposalCanceled"
    FIELDS: ClassVar[tuple[Field, ...]] = (("proposalId", "proposal_id"),)

    proposal_id: int


class ProposalCreated(ContractEvent):
    """Emitted when a proposal is created."""

    CONTRACT: ClassVar = "Governance"
    EVENT: ClassVar = "ProposalCreated"
    FIELDS: ClassVar[tuple[Field, ...]] = (("proposalId", "proposal_id"), ("proposer", "proposer"), ("targets", "targets"), ("values", "values_wei"), ("signatures", "signatures"), ("calldatas", "calldatas"), ("voteStart", "vote_start_s"), ("voteEnd", "vote_end_s"), ("description", "description"))
    READERS: ClassVar[Mapping[str, Any]] = {"targets": tuple, "values_wei": tuple, "signatures": tuple, "calldatas": tuple}

    proposal_id: int
    proposer: Address
    targets: tuple[Address, ...]
    values_wei: tuple[int, ...]
    signatures: tuple[str, ...]
    calldatas: tuple[bytes, ...]
    vote_start_s: int
    vote_end_s: int
    description: str


class ProposalExecuted(ContractEvent):
    """Emitted when a proposal is executed."""

    CONTRACT: ClassVar = "Governance"
    EVENT: ClassVar = "ProposalExecuted"
    FIELDS: ClassVar[tuple[Field, ...]] = (("proposalId", "proposal_id"),)

    proposal_id: int


class ProposalQueued(ContractEvent):
    """Emitted when a proposal is queued."""

    CONTRACT: ClassVar = "Governance"
    EVENT: ClassVar = "ProposalQueued"
    FIELDS: ClassVar[tuple[Field, ...]] = (("proposalId", "proposal_id"), ("etaSeconds", "eta_s"))

    proposal_id: int
    eta_s: int


class ProposalThresholdSet(ContractEvent):
    """Making a proposal takes another number of votes."""

    CONTRACT: ClassVar = "Governance"
    EVENT: ClassVar = "ProposalThresholdSet"
    FIELDS: ClassVar[tuple[Field, ...]] = (("oldProposalThreshold", "old_proposal_threshold_med_units"), ("newProposalThreshold", "new_proposal_threshold_med_units"))

    old_proposal_threshold_med_units: int
    new_proposal_threshold_med_units: int


class QuorumNumeratorUpdated(ContractEvent):
    """The quorum is another share of all votes."""

    CONTRACT: ClassVar = "Governance"
    EVENT: ClassVar = "QuorumNumeratorUpdated"
    FIELDS: ClassVar[tuple[Field, ...]] = (("oldQuorumNumerator", "old_quorum_numerator"), ("newQuorumNumerator", "new_quorum_numerator"))

    old_quorum_numerator: int
    new_quorum_numerator: int


class TimelockChange(ContractEvent):
    """Emitted when the timelock controller used for proposal execution is modified."""

    CONTRACT: ClassVar = "Governance"
    EVENT: ClassVar = "TimelockChange"
    FIELDS: ClassVar[tuple[Field, ...]] = (("oldTimelock", "old_timelock"), ("newTimelock", "new_timelock"))

    old_timelock: Address
    new_timelock: Address


class VoteCast(ContractEvent):
    """Emitted when a vote is cast without params. Note: `support` values should be seen as buckets.
    Their interpretation depends on the voting module used.
    """

    CONTRACT: ClassVar = "Governance"
    EVENT: ClassVar = "VoteCast"
    FIELDS: ClassVar[tuple[Field, ...]] = (("voter", "voter"), ("proposalId", "proposal_id"), ("support", "support"), ("weight", "weight_med_units"), ("reason", "reason"))

    voter: Address
    proposal_id: int
    support: int
    weight_med_units: int
    reason: str


class VoteCastWithParams(ContractEvent):
    """Emitted when a vote is cast with params. Note: `support` values should be seen as buckets. Their
    interpretation depends on the voting module used. `params` are additional encoded parameters. Their
    interpretation also depends on the voting module used.
    """

    CONTRACT: ClassVar = "Governance"
    EVENT: ClassVar = "VoteCastWithParams"
    FIELDS: ClassVar[tuple[Field, ...]] = (("voter", "voter"), ("proposalId", "proposal_id"), ("support", "support"), ("weight", "weight_med_units"), ("reason", "reason"), ("params", "params"))

    voter: Address
    proposal_id: int
    support: int
    weight_med_units: int
    reason: str
    params: bytes


class VotingDelaySet(ContractEvent):
    """Votes begin another time after a proposal, in seconds."""

    CONTRACT: ClassVar = "Governance"
    EVENT: ClassVar = "VotingDelaySet"
    FIELDS: ClassVar[tuple[Field, ...]] = (("oldVotingDelay", "old_voting_delay_s"), ("newVotingDelay", "new_voting_delay_s"))

    old_voting_delay_s: int
    new_voting_delay_s: int


class VotingPeriodSet(ContractEvent):
    """Votes last another time, in seconds."""

    CONTRACT: ClassVar = "Governance"
    EVENT: ClassVar = "VotingPeriodSet"
    FIELDS: ClassVar[tuple[Field, ...]] = (("oldVotingPeriod", "old_voting_period_s"), ("newVotingPeriod", "new_voting_period_s"))

    old_voting_period_s: int
    new_voting_period_s: int


class BlockGasLimitOutOfRange(ContractError):
    """A block's gas limit lies between 1,000,000 and 1,000,000,000."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "BlockGasLimitOutOfRange"
    FIELDS: ClassVar[tuple[Field, ...]] = (("blockGasLimit", "block_gas_limit_gas"),)

    block_gas_limit_gas: int


class CheckpointUnorderedInsertion(ContractError):
    """A value was attempted to be inserted on a past checkpoint."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "CheckpointUnorderedInsertion"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class ERC6372InconsistentClock(ContractError):
    """The clock was incorrectly modified."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "ERC6372InconsistentClock"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class FailedCall(ContractError):
    """A call to an address target failed. The target may have reverted."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "FailedCall"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class GovernorAlreadyCastVote(ContractError):
    """The vote was already cast."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "GovernorAlreadyCastVote"
    FIELDS: ClassVar[tuple[Field, ...]] = (("voter", "voter"),)

    voter: Address


class GovernorAlreadyQueuedProposal(ContractError):
    """The proposal has already been queued."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "GovernorAlreadyQueuedProposal"
    FIELDS: ClassVar[tuple[Field, ...]] = (("proposalId", "proposal_id"),)

    proposal_id: int


class GovernorDisabledDeposit(ContractError):
    """Token deposits are disabled in this contract."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "GovernorDisabledDeposit"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class GovernorInsufficientProposerVotes(ContractError):
    """The `proposer` does not have the required votes to create a proposal."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "GovernorInsufficientProposerVotes"
    FIELDS: ClassVar[tuple[Field, ...]] = (("proposer", "proposer"), ("votes", "votes_med_units"), ("threshold", "threshold_med_units"))

    proposer: Address
    votes_med_units: int
    threshold_med_units: int


class GovernorInvalidProposalLength(ContractError):
    """Empty proposal or a mismatch between the parameters length for a proposal call."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "GovernorInvalidProposalLength"
    FIELDS: ClassVar[tuple[Field, ...]] = (("targets", "targets"), ("calldatas", "calldatas"), ("values", "values_wei"))

    targets: int
    calldatas: int
    values_wei: int


class GovernorInvalidQuorumFraction(ContractError):
    """The quorum set is not a valid fraction."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "GovernorInvalidQuorumFraction"
    FIELDS: ClassVar[tuple[Field, ...]] = (("quorumNumerator", "quorum_numerator"), ("quorumDenominator", "quorum_denominator"))

    quorum_numerator: int
    quorum_denominator: int


class GovernorInvalidSignature(ContractError):
    """The provided signature is not valid for the expected `voter`. If the `voter` is a contract, the
    signature is not valid using {IERC1271-isValidSignature}.
    """

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "GovernorInvalidSignature"
    FIELDS: ClassVar[tuple[Field, ...]] = (("voter", "voter"),)

    voter: Address


class GovernorInvalidVoteParams(ContractError):
    """The provided params buffer is not supported by the counting module."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "GovernorInvalidVoteParams"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class GovernorInvalidVoteType(ContractError):
    """The vote type used is not valid for the corresponding counting module."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "GovernorInvalidVoteType"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class GovernorInvalidVotingPeriod(ContractError):
    """The voting period set is not a valid period."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "GovernorInvalidVotingPeriod"
    FIELDS: ClassVar[tuple[Field, ...]] = (("votingPeriod", "voting_period_s"),)

    voting_period_s: int


class GovernorNonexistentProposal(ContractError):
    """The `proposalId` doesn't exist."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "GovernorNonexistentProposal"
    FIELDS: ClassVar[tuple[Field, ...]] = (("proposalId", "proposal_id"),)

    proposal_id: int


class GovernorOnlyExecutor(ContractError):
    """The `account` is not the governance executor."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "GovernorOnlyExecutor"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class GovernorProposalQueueingFailed(ContractError):
    """Indicates a misconfigured timelock module. (e.g. {_queueOperations} returned a zero ETA)."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "GovernorProposalQueueingFailed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("proposalId", "proposal_id"),)

    proposal_id: int


class GovernorProposalQueueingNotRequired(ContractError):
    """This operation doesn't require queuing and should be executed directly."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "GovernorProposalQueueingNotRequired"
    FIELDS: ClassVar[tuple[Field, ...]] = (("proposalId", "proposal_id"),)

    proposal_id: int


class GovernorRestrictedProposer(ContractError):
    """The `proposer` is not allowed to create a proposal."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "GovernorRestrictedProposer"
    FIELDS: ClassVar[tuple[Field, ...]] = (("proposer", "proposer"),)

    proposer: Address


class GovernorUnableToCancel(ContractError):
    """The given `account` is unable to cancel the proposal with given `proposalId`."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "GovernorUnableToCancel"
    FIELDS: ClassVar[tuple[Field, ...]] = (("proposalId", "proposal_id"), ("account", "account"))

    proposal_id: int
    account: Address


class GovernorUnexpectedProposalState(ContractError):
    """The current state of a proposal is not the required for performing an operation. The
    `expectedStates` is a bitmap with the bits enabled for each ProposalState enum position counting
    from right to left. NOTE: If `expectedState` is `bytes32(0)`, the proposal is expected to not be in
    any state (i.e. not exist). This is the case when a proposal that is expected to be unset is already
    initiated (the proposal is duplicated). See {Governor-_encodeStateBitmap}.
    """

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "GovernorUnexpectedProposalState"
    FIELDS: ClassVar[tuple[Field, ...]] = (("proposalId", "proposal_id"), ("current", "current"), ("expectedStates", "expected_states"))

    proposal_id: int
    current: int
    expected_states: Hash32


class InvalidAccountNonce(ContractError):
    """The nonce used for an `account` is not the expected current nonce."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "InvalidAccountNonce"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("currentNonce", "current_nonce"))

    account: Address
    current_nonce: int


class InvalidShortString(ContractError):
    """The bytes are not those of a string of at most 31 bytes."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "InvalidShortString"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class MinimumGasPriceOutOfRange(ContractError):
    """The minimum gas price lies between 1 and 10,000 satoshi."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "MinimumGasPriceOutOfRange"
    FIELDS: ClassVar[tuple[Field, ...]] = (("minimumGasPrice", "minimum_gas_price_sat"),)

    minimum_gas_price_sat: int


class SafeCastOverflowedUintDowncast(ContractError):
    """Value doesn't fit in a uint of `bits` size."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "SafeCastOverflowedUintDowncast"
    FIELDS: ClassVar[tuple[Field, ...]] = (("bits", "bits"), ("value", "value_wei"))

    bits: int
    value_wei: int


class StringTooLong(ContractError):
    """The string has more than 31 bytes."""

    CONTRACT: ClassVar = "Governance"
    ERROR: ClassVar = "StringTooLong"
    FIELDS: ClassVar[tuple[Field, ...]] = (("str", "str"),)

    str: str


EVENTS: Final[Mapping[str, type[ContractEvent]]] = {
    "BlockGasLimitChanged": BlockGasLimitChanged,
    "EIP712DomainChanged": EIP712DomainChanged,
    "MinimumGasPriceChanged": MinimumGasPriceChanged,
    "ProposalCanceled": ProposalCanceled,
    "ProposalCreated": ProposalCreated,
    "ProposalExecuted": ProposalExecuted,
    "ProposalQueued": ProposalQueued,
    "ProposalThresholdSet": ProposalThresholdSet,
    "QuorumNumeratorUpdated": QuorumNumeratorUpdated,
    "TimelockChange": TimelockChange,
    "VoteCast": VoteCast,
    "VoteCastWithParams": VoteCastWithParams,
    "VotingDelaySet": VotingDelaySet,
    "VotingPeriodSet": VotingPeriodSet,
}
"""The contract's events by name."""


ERRORS: Final[Mapping[str, type[ContractError]]] = {
    "BlockGasLimitOutOfRange": BlockGasLimitOutOfRange,
    "CheckpointUnorderedInsertion": CheckpointUnorderedInsertion,
    "ERC6372InconsistentClock": ERC6372InconsistentClock,
    "FailedCall": FailedCall,
    "GovernorAlreadyCastVote": GovernorAlreadyCastVote,
    "GovernorAlreadyQueuedProposal": GovernorAlreadyQueuedProposal,
    "GovernorDisabledDeposit": GovernorDisabledDeposit,
    "GovernorInsufficientProposerVotes": GovernorInsufficientProposerVotes,
    "GovernorInvalidProposalLength": GovernorInvalidProposalLength,
    "GovernorInvalidQuorumFraction": GovernorInvalidQuorumFraction,
    "GovernorInvalidSignature": GovernorInvalidSignature,
    "GovernorInvalidVoteParams": GovernorInvalidVoteParams,
    "GovernorInvalidVoteType": GovernorInvalidVoteType,
    "GovernorInvalidVotingPeriod": GovernorInvalidVotingPeriod,
    "GovernorNonexistentProposal": GovernorNonexistentProposal,
    "GovernorOnlyExecutor": GovernorOnlyExecutor,
    "GovernorProposalQueueingFailed": GovernorProposalQueueingFailed,
    "GovernorProposalQueueingNotRequired": GovernorProposalQueueingNotRequired,
    "GovernorRestrictedProposer": GovernorRestrictedProposer,
    "GovernorUnableToCancel": GovernorUnableToCancel,
    "GovernorUnexpectedProposalState": GovernorUnexpectedProposalState,
    "InvalidAccountNonce": InvalidAccountNonce,
    "InvalidShortString": InvalidShortString,
    "MinimumGasPriceOutOfRange": MinimumGasPriceOutOfRange,
    "SafeCastOverflowedUintDowncast": SafeCastOverflowedUintDowncast,
    "StringTooLong": StringTooLong,
}
"""The contract's errors by name."""


class Governance:
    """Holders of locked MED propose and vote; what they accept waits in the timelock and is then
    executed by anyone.
    """

    NAME: ClassVar = "Governance"

    def __init__(self, address: Address) -> None:
        """Speak to the contract at `address`."""
        self.address = address

    @staticmethod
    def creation(forwarder: Address, staking: Address, executor: Address, terms: Terms) -> bytes:
        """Return the data of the transaction that creates the contract.

        forwarder: the only forwarder whose appended sender is believed, for good
        staking: where MED is locked for votes
        executor: the timelock in which accepted proposals wait
        terms: the terms at the start
        """
        return interface(Governance.NAME).encode_creation(forwarder, staking, executor, plain(terms))

    def ballot_typehash(self) -> ContractCall[Hash32]:
        """EIP-712 type of a vote cast by signature."""
        data = interface(self.NAME).encode("BALLOT_TYPEHASH")
        return ContractCall(self.NAME, "BALLOT_TYPEHASH", self.address, data, same)

    def clock_mode(self) -> ContractCall[str]:
        """Machine-readable description of the clock as specified in ERC-6372."""
        data = interface(self.NAME).encode("CLOCK_MODE")
        return ContractCall(self.NAME, "CLOCK_MODE", self.address, data, same)

    def counting_mode(self) -> ContractCall[str]:
        """Module:voting."""
        data = interface(self.NAME).encode("COUNTING_MODE")
        return ContractCall(self.NAME, "COUNTING_MODE", self.address, data, same)

    def extended_ballot_typehash(self) -> ContractCall[Hash32]:
        """EIP-712 type of a vote cast by signature, with a reason and parameters."""
        data = interface(self.NAME).encode("EXTENDED_BALLOT_TYPEHASH")
        return ContractCall(self.NAME, "EXTENDED_BALLOT_TYPEHASH", self.address, data, same)

    def highest_block_gas_limit(self) -> ContractCall[int]:
        """The highest block gas limit that can be chosen, gas."""
        data = interface(self.NAME).encode("HIGHEST_BLOCK_GAS_LIMIT")
        return ContractCall(self.NAME, "HIGHEST_BLOCK_GAS_LIMIT", self.address, data, same)

    def highest_minimum_gas_price(self) -> ContractCall[int]:
        """The highest minimum gas price that can be chosen, satoshi per gas."""
        data = interface(self.NAME).encode("HIGHEST_MINIMUM_GAS_PRICE")
        return ContractCall(self.NAME, "HIGHEST_MINIMUM_GAS_PRICE", self.address, data, same)

    def least_quorum(self) -> ContractCall[int]:
        """The quorum where the share of all MED locked for votes comes to less, units of 10^-8 MED."""
        data = interface(self.NAME).encode("LEAST_QUORUM")
        return ContractCall(self.NAME, "LEAST_QUORUM", self.address, data, same)

    def lowest_block_gas_limit(self) -> ContractCall[int]:
        """The lowest block gas limit that can be chosen, gas."""
        data = interface(self.NAME).encode("LOWEST_BLOCK_GAS_LIMIT")
        return ContractCall(self.NAME, "LOWEST_BLOCK_GAS_LIMIT", self.address, data, same)

    def lowest_minimum_gas_price(self) -> ContractCall[int]:
        """The lowest minimum gas price that can be chosen, satoshi per gas."""
        data = interface(self.NAME).encode("LOWEST_MINIMUM_GAS_PRICE")
        return ContractCall(self.NAME, "LOWEST_MINIMUM_GAS_PRICE", self.address, data, same)

    def block_gas_limit(self) -> ContractCall[int]:
        """The gas limit of a block whose parent has this state, gas."""
        data = interface(self.NAME).encode("blockGasLimit")
        return ContractCall(self.NAME, "blockGasLimit", self.address, data, same)

    def cancel(
        self,
        targets: Sequence[Address],
        values_wei: Sequence[int],
        calldatas: Sequence[bytes],
        description_hash: Hash32,
    ) -> ContractCall[int]:
        """Cancel a proposal. A proposal is cancellable by the proposer, but only while it is Pending
        state, i.e. before the vote starts. Emits a {ProposalCanceled} event.
        """
        data = interface(self.NAME).encode("cancel", plain(targets), plain(values_wei), plain(calldatas), description_hash)
        return ContractCall(self.NAME, "cancel", self.address, data, same)

    def cast_vote(self, proposal_id: int, support: int) -> ContractCall[int]:
        """Cast a vote Emits a {VoteCast} event."""
        data = interface(self.NAME).encode("castVote", proposal_id, support)
        return ContractCall(self.NAME, "castVote", self.address, data, same)

    def cast_vote_by_sig(
        self,
        proposal_id: int,
        support: int,
        voter: Address,
        signature: bytes,
    ) -> ContractCall[int]:
        """Cast a vote using the voter's signature, including ERC-1271 signature support. Emits a
        {VoteCast} event.
        """
        data = interface(self.NAME).encode("castVoteBySig", proposal_id, support, voter, signature)
        return ContractCall(self.NAME, "castVoteBySig", self.address, data, same)

    def cast_vote_with_reason(self, proposal_id: int, support: int, reason: str) -> ContractCall[int]:
        """Cast a vote with a reason Emits a {VoteCast} event."""
        data = interface(self.NAME).encode("castVoteWithReason", proposal_id, support, reason)
        return ContractCall(self.NAME, "castVoteWithReason", self.address, data, same)

    def cast_vote_with_reason_and_params(
        self,
        proposal_id: int,
        support: int,
        reason: str,
        params: bytes,
    ) -> ContractCall[int]:
        """Cast a vote with a reason and additional encoded parameters Emits a {VoteCast} or
        {VoteCastWithParams} event depending on the length of params.
        """
        data = interface(self.NAME).encode("castVoteWithReasonAndParams", proposal_id, support, reason, params)
        return ContractCall(self.NAME, "castVoteWithReasonAndParams", self.address, data, same)

    def cast_vote_with_reason_and_params_by_sig(
        self,
        proposal_id: int,
        support: int,
        voter: Address,
        reason: str,
        params: bytes,
        signature: bytes,
    ) -> ContractCall[int]:
        """Cast a vote with a reason and additional encoded parameters using the voter's signature,
        including ERC-1271 signature support. Emits a {VoteCast} or {VoteCastWithParams} event depending
        on the length of params.
        """
        data = interface(self.NAME).encode("castVoteWithReasonAndParamsBySig", proposal_id, support, voter, reason, params, signature)
        return ContractCall(self.NAME, "castVoteWithReasonAndParamsBySig", self.address, data, same)

    def clock(self) -> ContractCall[int]:
        """Clock (as specified in ERC-6372) is set to match the token's clock. Fallback to block numbers
        if the token does not implement ERC-6372.
        """
        data = interface(self.NAME).encode("clock")
        return ContractCall(self.NAME, "clock", self.address, data, same)

    def eip712_domain(self) -> ContractCall[Eip712DomainAnswer]:
        """Returns the fields and values that describe the domain separator used by this contract for
        EIP-712 signature.
        """
        data = interface(self.NAME).encode("eip712Domain")
        return ContractCall(self.NAME, "eip712Domain", self.address, data, lambda values: Eip712DomainAnswer(values[0], values[1], values[2], values[3], values[4], values[5], tuple(values[6])))

    def execute(
        self,
        targets: Sequence[Address],
        values_wei: Sequence[int],
        calldatas: Sequence[bytes],
        description_hash: Hash32,
    ) -> ContractCall[int]:
        """Execute a successful proposal. This requires the quorum to be reached, the vote to be
        successful, and the deadline to be reached. Depending on the governor it might also be required
        that the proposal was queued and that some delay passed. Emits a {ProposalExecuted} event. NOTE:
        Some modules can modify the requirements for execution, for example by adding an additional
        timelock.
        """
        data = interface(self.NAME).encode("execute", plain(targets), plain(values_wei), plain(calldatas), description_hash)
        return ContractCall(self.NAME, "execute", self.address, data, same)

    def get_proposal_id(
        self,
        targets: Sequence[Address],
        values_wei: Sequence[int],
        calldatas: Sequence[bytes],
        description_hash: Hash32,
    ) -> ContractCall[int]:
        """Module:core."""
        data = interface(self.NAME).encode("getProposalId", plain(targets), plain(values_wei), plain(calldatas), description_hash)
        return ContractCall(self.NAME, "getProposalId", self.address, data, same)

    def get_votes(self, account: Address, timepoint_s: int) -> ContractCall[int]:
        """Module:reputation."""
        data = interface(self.NAME).encode("getVotes", account, timepoint_s)
        return ContractCall(self.NAME, "getVotes", self.address, data, same)

    def get_votes_with_params(
        self,
        account: Address,
        timepoint_s: int,
        params: bytes,
    ) -> ContractCall[int]:
        """Module:reputation."""
        data = interface(self.NAME).encode("getVotesWithParams", account, timepoint_s, params)
        return ContractCall(self.NAME, "getVotesWithParams", self.address, data, same)

    def has_voted(self, proposal_id: int, account: Address) -> ContractCall[bool]:
        """Module:voting."""
        data = interface(self.NAME).encode("hasVoted", proposal_id, account)
        return ContractCall(self.NAME, "hasVoted", self.address, data, same)

    def hash_proposal(
        self,
        targets: Sequence[Address],
        values_wei: Sequence[int],
        calldatas: Sequence[bytes],
        description_hash: Hash32,
    ) -> ContractCall[int]:
        """See {IGovernor-hashProposal}. The proposal id is produced by hashing the ABI encoded
        `targets` array, the `values` array, the `calldatas` array and the descriptionHash (bytes32
        which itself is the keccak256 hash of the description string). This proposal id can be produced
        from the proposal data which is part of the {ProposalCreated} event. It can even be computed in
        advance, before the proposal is submitted. Note that the chainId and the governor address are
        not part of the proposal id computation. Consequently, the same proposal (with same operation
        and same description) will have the same id if submitted on multiple governors across multiple
        networks. This also means that in order to execute the same operation twice (on the same
        governor) the proposer will have to change the description in order to avoid proposal id
        conflicts.
        """
        data = interface(self.NAME).encode("hashProposal", plain(targets), plain(values_wei), plain(calldatas), description_hash)
        return ContractCall(self.NAME, "hashProposal", self.address, data, same)

    def is_trusted_forwarder(self, forwarder: Address) -> ContractCall[bool]:
        """Indicates whether any particular address is the trusted forwarder."""
        data = interface(self.NAME).encode("isTrustedForwarder", forwarder)
        return ContractCall(self.NAME, "isTrustedForwarder", self.address, data, same)

    def minimum_gas_price(self) -> ContractCall[int]:
        """The lowest gas price in a block whose parent has this state, satoshi per gas."""
        data = interface(self.NAME).encode("minimumGasPrice")
        return ContractCall(self.NAME, "minimumGasPrice", self.address, data, same)

    def name(self) -> ContractCall[str]:
        """Module:core."""
        data = interface(self.NAME).encode("name")
        return ContractCall(self.NAME, "name", self.address, data, same)

    def nonces(self, owner: Address) -> ContractCall[int]:
        """Returns the next unused nonce for an address."""
        data = interface(self.NAME).encode("nonces", owner)
        return ContractCall(self.NAME, "nonces", self.address, data, same)

    def on_erc1155_batch_received(
        self,
        argument0: Address,
        argument1: Address,
        argument2: Sequence[int],
        argument3: Sequence[int],
        argument4: bytes,
    ) -> ContractCall[bytes]:
        """See {IERC1155Receiver-onERC1155BatchReceived}. Receiving tokens is disabled if the governance
        executor is other than the governor itself (eg. when using with a timelock).
        """
        data = interface(self.NAME).encode("onERC1155BatchReceived", argument0, argument1, plain(argument2), plain(argument3), argument4)
        return ContractCall(self.NAME, "onERC1155BatchReceived", self.address, data, same)

    def on_erc1155_received(
        self,
        argument0: Address,
        argument1: Address,
        argument2: int,
        argument3: int,
        argument4: bytes,
    ) -> ContractCall[bytes]:
        """See {IERC1155Receiver-onERC1155Received}. Receiving tokens is disabled if the governance
        executor is other than the governor itself (eg. when using with a timelock).
        """
        data = interface(self.NAME).encode("onERC1155Received", argument0, argument1, argument2, argument3, argument4)
        return ContractCall(self.NAME, "onERC1155Received", self.address, data, same)

    def on_erc721_received(
        self,
        argument0: Address,
        argument1: Address,
        argument2: int,
        argument3: bytes,
    ) -> ContractCall[bytes]:
        """See {IERC721Receiver-onERC721Received}. Receiving tokens is disabled if the governance
        executor is other than the governor itself (eg. when using with a timelock).
        """
        data = interface(self.NAME).encode("onERC721Received", argument0, argument1, argument2, argument3)
        return ContractCall(self.NAME, "onERC721Received", self.address, data, same)

    def proposal_deadline(self, proposal_id: int) -> ContractCall[int]:
        """Module:core."""
        data = interface(self.NAME).encode("proposalDeadline", proposal_id)
        return ContractCall(self.NAME, "proposalDeadline", self.address, data, same)

    def proposal_eta(self, proposal_id: int) -> ContractCall[int]:
        """Module:core."""
        data = interface(self.NAME).encode("proposalEta", proposal_id)
        return ContractCall(self.NAME, "proposalEta", self.address, data, same)

    def proposal_needs_queuing(self, proposal_id: int) -> ContractCall[bool]:
        """Whether a proposal waits in the timelock before it is executed: always.

        proposal_id: the proposal
        Returns true
        """
        data = interface(self.NAME).encode("proposalNeedsQueuing", proposal_id)
        return ContractCall(self.NAME, "proposalNeedsQueuing", self.address, data, same)

    def proposal_proposer(self, proposal_id: int) -> ContractCall[Address]:
        """Module:core."""
        data = interface(self.NAME).encode("proposalProposer", proposal_id)
        return ContractCall(self.NAME, "proposalProposer", self.address, data, same)

    def proposal_snapshot(self, proposal_id: int) -> ContractCall[int]:
        """Module:core."""
        data = interface(self.NAME).encode("proposalSnapshot", proposal_id)
        return ContractCall(self.NAME, "proposalSnapshot", self.address, data, same)

    def proposal_threshold(self) -> ContractCall[int]:
        """The votes that a proposer needs.

        Returns units of 10^-8 MED
        """
        data = interface(self.NAME).encode("proposalThreshold")
        return ContractCall(self.NAME, "proposalThreshold", self.address, data, same)

    def proposal_votes(self, proposal_id: int) -> ContractCall[ProposalVotesAnswer]:
        """Accessor to the internal vote counts."""
        data = interface(self.NAME).encode("proposalVotes", proposal_id)
        return ContractCall(self.NAME, "proposalVotes", self.address, data, lambda values: ProposalVotesAnswer(values[0], values[1], values[2]))

    def propose(
        self,
        targets: Sequence[Address],
        values_wei: Sequence[int],
        calldatas: Sequence[bytes],
        description: str,
    ) -> ContractCall[int]:
        """See {IGovernor-propose}. This function has opt-in frontrunning protection, described in
        {_isValidDescriptionForProposer}.
        """
        data = interface(self.NAME).encode("propose", plain(targets), plain(values_wei), plain(calldatas), description)
        return ContractCall(self.NAME, "propose", self.address, data, same)

    def queue(
        self,
        targets: Sequence[Address],
        values_wei: Sequence[int],
        calldatas: Sequence[bytes],
        description_hash: Hash32,
    ) -> ContractCall[int]:
        """Queue a proposal. Some governors require this step to be performed before execution can
        happen. If queuing is not necessary, this function may revert. Queuing a proposal requires the
        quorum to be reached, the vote to be successful, and the deadline to be reached. Emits a
        {ProposalQueued} event.
        """
        data = interface(self.NAME).encode("queue", plain(targets), plain(values_wei), plain(calldatas), description_hash)
        return ContractCall(self.NAME, "queue", self.address, data, same)

    def quorum(self, timepoint_s: int) -> ContractCall[int]:
        """The votes for and abstaining that a proposal needs.

        timepoint_s: when the proposal's votes were counted, Unix seconds in the past
        Returns units of 10^-8 MED
        """
        data = interface(self.NAME).encode("quorum", timepoint_s)
        return ContractCall(self.NAME, "quorum", self.address, data, same)

    def quorum_denominator(self) -> ContractCall[int]:
        """The whole of which the quorum's numerator is a share: basis points.

        Returns 10,000
        """
        data = interface(self.NAME).encode("quorumDenominator")
        return ContractCall(self.NAME, "quorumDenominator", self.address, data, same)

    def quorum_numerator_by_timepoint(self, timepoint_s: int) -> ContractCall[int]:
        """Returns the quorum numerator at a specific timepoint. See {quorumDenominator}."""
        data = interface(self.NAME).encode("quorumNumerator(uint256)", timepoint_s)
        return ContractCall(self.NAME, "quorumNumerator(uint256)", self.address, data, same)

    def quorum_numerator(self) -> ContractCall[int]:
        """Returns the current quorum numerator. See {quorumDenominator}."""
        data = interface(self.NAME).encode("quorumNumerator()")
        return ContractCall(self.NAME, "quorumNumerator()", self.address, data, same)

    def relay(self, target: Address, value_wei: int, data: bytes) -> ContractCall[None]:
        """Relays a transaction or function call to an arbitrary target. In cases where the governance
        executor is some contract other than the governor itself, like when using a timelock, this
        function can be invoked in a governance proposal to recover tokens or Ether that was sent to the
        governor contract by mistake. Note that if the executor is simply the governor itself, use of
        `relay` is redundant.
        """
        data = interface(self.NAME).encode("relay", target, value_wei, data)
        return ContractCall(self.NAME, "relay", self.address, data, same)

    def set_block_gas_limit(self, new_block_gas_limit_gas: int) -> ContractCall[None]:
        """Change the block gas limit from the next block on. Only an executed proposal does it.

        new_block_gas_limit_gas: gas, from 1,000,000 to 1,000,000,000
        """
        data = interface(self.NAME).encode("setBlockGasLimit", new_block_gas_limit_gas)
        return ContractCall(self.NAME, "setBlockGasLimit", self.address, data, same)

    def set_minimum_gas_price(self, new_minimum_gas_price_sat: int) -> ContractCall[None]:
        """Change the minimum gas price from the next block on. Only an executed proposal does it.

        new_minimum_gas_price_sat: satoshi per gas, from 1 to 10,000
        """
        data = interface(self.NAME).encode("setMinimumGasPrice", new_minimum_gas_price_sat)
        return ContractCall(self.NAME, "setMinimumGasPrice", self.address, data, same)

    def set_proposal_threshold(self, new_proposal_threshold_med_units: int) -> ContractCall[None]:
        """Update the proposal threshold. This operation can only be performed through a governance
        proposal. Emits a {ProposalThresholdSet} event.
        """
        data = interface(self.NAME).encode("setProposalThreshold", new_proposal_threshold_med_units)
        return ContractCall(self.NAME, "setProposalThreshold", self.address, data, same)

    def set_voting_delay(self, new_voting_delay_s: int) -> ContractCall[None]:
        """Update the voting delay. This operation can only be performed through a governance proposal.
        Emits a {VotingDelaySet} event.
        """
        data = interface(self.NAME).encode("setVotingDelay", new_voting_delay_s)
        return ContractCall(self.NAME, "setVotingDelay", self.address, data, same)

    def set_voting_period(self, new_voting_period_s: int) -> ContractCall[None]:
        """Update the voting period. This operation can only be performed through a governance proposal.
        Emits a {VotingPeriodSet} event.
        """
        data = interface(self.NAME).encode("setVotingPeriod", new_voting_period_s)
        return ContractCall(self.NAME, "setVotingPeriod", self.address, data, same)

    def state(self, proposal_id: int) -> ContractCall[int]:
        """Where a proposal stands, seen together with the timelock.

        proposal_id: the proposal
        Returns Pending, Active, Canceled, Defeated, Succeeded, Queued, Expired or Executed
        """
        data = interface(self.NAME).encode("state", proposal_id)
        return ContractCall(self.NAME, "state", self.address, data, same)

    def supports_interface(self, interface_id: bytes) -> ContractCall[bool]:
        """Returns true if this contract implements the interface defined by `interfaceId`. See the
        corresponding https://eips.ethereum.org/EIPS/eip-165#how-interfaces-are-identified[ERC section]
        to learn more about how these ids are created. This function call must use less than 30 000 gas.
        """
        data = interface(self.NAME).encode("supportsInterface", interface_id)
        return ContractCall(self.NAME, "supportsInterface", self.address, data, same)

    def timelock(self) -> ContractCall[Address]:
        """Public accessor to check the address of the timelock."""
        data = interface(self.NAME).encode("timelock")
        return ContractCall(self.NAME, "timelock", self.address, data, same)

    def token(self) -> ContractCall[Address]:
        """The token that voting power is sourced from."""
        data = interface(self.NAME).encode("token")
        return ContractCall(self.NAME, "token", self.address, data, same)

    def trusted_forwarder(self) -> ContractCall[Address]:
        """Returns the address of the trusted forwarder."""
        data = interface(self.NAME).encode("trustedForwarder")
        return ContractCall(self.NAME, "trustedForwarder", self.address, data, same)

    def update_quorum_numerator(self, new_quorum_numerator: int) -> ContractCall[None]:
        """Changes the quorum numerator. Emits a {QuorumNumeratorUpdated} event. Requirements: - Must be
        called through a governance proposal. - New numerator must be smaller or equal to the
        denominator.
        """
        data = interface(self.NAME).encode("updateQuorumNumerator", new_quorum_numerator)
        return ContractCall(self.NAME, "updateQuorumNumerator", self.address, data, same)

    def update_timelock(self, new_timelock: Address) -> ContractCall[None]:
        """Public endpoint to update the underlying timelock instance. Restricted to the timelock
        itself, so updates must be proposed, scheduled, and executed through governance proposals.
        CAUTION: It is not recommended to change the timelock while there are other queued governance
        proposals.
        """
        data = interface(self.NAME).encode("updateTimelock", new_timelock)
        return ContractCall(self.NAME, "updateTimelock", self.address, data, same)

    def version(self) -> ContractCall[str]:
        """Module:core."""
        data = interface(self.NAME).encode("version")
        return ContractCall(self.NAME, "version", self.address, data, same)

    def voting_delay(self) -> ContractCall[int]:
        """Module:user-config."""
        data = interface(self.NAME).encode("votingDelay")
        return ContractCall(self.NAME, "votingDelay", self.address, data, same)

    def voting_period(self) -> ContractCall[int]:
        """Module:user-config."""
        data = interface(self.NAME).encode("votingPeriod")
        return ContractCall(self.NAME, "votingPeriod", self.address, data, same)

    @staticmethod
    def event(log: Log) -> ContractEvent | None:
        """Return a log entry as a typed row; None where this contract has no such event."""
        return decode_event(EVENTS, log)

    @staticmethod
    def error(data: bytes) -> ContractError | None:
        """Return revert data as the error and its values; None where this contract declares no such error."""
        return decode_error(ERRORS, data)
