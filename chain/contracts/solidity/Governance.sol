// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {
    GovernorVotesQuorumFraction
} from "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {GovernedParameters} from "./GovernedParameters.sol";

/// @title Votes on protocol and reward parameters
/// @notice Holders of locked MED propose and vote; what they accept waits in the timelock and is then executed by anyone.
/// @dev The clock is that of the votes, Unix seconds. The quorum is a share of all MED locked for votes, in basis points,
/// but never less than a fixed number of votes: while hardly anybody has locked, a share of what is locked would let
/// the first who comes decide alone.
contract Governance is
    GovernorSettings,
    GovernorCountingSimple,
    GovernorVotesQuorumFraction,
    GovernorTimelockControl,
    GovernedParameters,
    ERC2771Context
{
    /// @notice The terms at the start; executed proposals change all but `leastQuorum`.
    /// @param votingDelay seconds from a proposal until its votes are counted as they then lie
    /// @param votingPeriod seconds during which votes are cast
    /// @param quorumBasisPoints the share of all MED locked for votes that must be cast for or abstain
    /// @param blockGasLimit the block gas limit, gas
    /// @param minimumGasPrice the minimum gas price, satoshi per gas
    /// @param proposalThreshold the votes that a proposer needs, units of 10^-8 MED
    /// @param leastQuorum the quorum where the share comes to less, units of 10^-8 MED
    struct Terms {
        uint48 votingDelay;
        uint32 votingPeriod;
        uint16 quorumBasisPoints;
        uint64 blockGasLimit;
        uint64 minimumGasPrice;
        uint256 proposalThreshold;
        uint256 leastQuorum;
    }

    /// @notice The quorum where the share of all MED locked for votes comes to less, units of 10^-8 MED.
    uint256 public immutable LEAST_QUORUM;

    /// @param forwarder the only forwarder whose appended sender is believed, for good
    /// @param staking where MED is locked for votes
    /// @param executor the timelock in which accepted proposals wait
    /// @param terms the terms at the start
    constructor(address forwarder, IVotes staking, TimelockController executor, Terms memory terms)
        Governor("MedSim Governance")
        GovernorSettings(terms.votingDelay, terms.votingPeriod, terms.proposalThreshold)
        GovernorVotes(staking)
        GovernorVotesQuorumFraction(terms.quorumBasisPoints)
        GovernorTimelockControl(executor)
        GovernedParameters(terms.blockGasLimit, terms.minimumGasPrice)
        ERC2771Context(forwarder)
    {
        LEAST_QUORUM = terms.leastQuorum;
    }

    /// @notice The votes for and abstaining that a proposal needs.
    /// @param timepoint when the proposal's votes were counted, Unix seconds in the past
    /// @return votes units of 10^-8 MED
    function quorum(uint256 timepoint)
        public
        view
        override(Governor, GovernorVotesQuorumFraction)
        returns (uint256 votes)
    {
        return Math.max(super.quorum(timepoint), LEAST_QUORUM);
    }

    /// @notice The whole of which the quorum's numerator is a share: basis points.
    /// @return denominator 10,000
    function quorumDenominator() public pure override returns (uint256 denominator) {
        return 10_000;
    }

    /// @notice Where a proposal stands, seen together with the timelock.
    /// @param proposalId the proposal
    /// @return proposalState Pending, Active, Canceled, Defeated, Succeeded, Queued, Expired or Executed
    function state(uint256 proposalId)
        public
        view
        override(Governor, GovernorTimelockControl)
        returns (ProposalState proposalState)
    {
        return super.state(proposalId);
    }

    /// @notice The votes that a proposer needs.
    /// @return votes units of 10^-8 MED
    function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256 votes) {
        return super.proposalThreshold();
    }

    /// @notice Whether a proposal waits in the timelock before it is executed: always.
    /// @param proposalId the proposal
    /// @return needed true
    function proposalNeedsQueuing(uint256 proposalId)
        public
        view
        override(Governor, GovernorTimelockControl)
        returns (bool needed)
    {
        return super.proposalNeedsQueuing(proposalId);
    }

    /// @dev Hand an accepted proposal to the timelock.
    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    /// @dev Have the timelock execute what has waited long enough.
    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    /// @dev Cancel here and in the timelock.
    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    /// @dev The timelock executes.
    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }

    /// @dev The sender, taken from the calldata's end when the trusted forwarder calls.
    function _msgSender() internal view override(Context, ERC2771Context) returns (address) {
        return ERC2771Context._msgSender();
    }

    /// @dev The calldata without the sender that the trusted forwarder appends.
    function _msgData() internal view override(Context, ERC2771Context) returns (bytes calldata) {
        return ERC2771Context._msgData();
    }

    /// @dev The length of the appended sender: 20 bytes.
    function _contextSuffixLength() internal view override(Context, ERC2771Context) returns (uint256) {
        return ERC2771Context._contextSuffixLength();
    }
}
