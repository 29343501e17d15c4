"""Twenty defects that an auditor would look for, each a change of one place in one source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HERE: Final = "tests/chain/contracts/"


@dataclass(frozen=True)
class Mutant:
    """A defect: in `source` (below solidity/), which `contract` is compiled from, `before` becomes `after`.

    `tests` are the files, from the repository's root, of which one must notice.
    """

    name: str
    contract: str
    source: str
    before: str
    after: str
    tests: tuple[str, ...]


def _tests(*names: str) -> tuple[str, ...]:
    return tuple(f"{HERE}{name}.py" for name in names)


MUTANTS: Final = (
    Mutant(
        "anybody mints: a missing role",
        "MedToken", "MedToken.sol",
        "function mint(address to, uint256 amount) external onlyRole(MINTER_ROLE) {",
        "function mint(address to, uint256 amount) external {",
        _tests("test_med_token", "machines/test_med_token_machine"),
    ),
    Mutant(
        "a code is not consumed",
        "CheckIn", "CheckIn.sol",
        "        if (_visits[checkInId] != 0) revert AlreadyCheckedIn(checkInId);\n",
        "",
        _tests("test_check_in"),
    ),
    Mutant(
        "a record's receipt is signed in another contract's domain",
        "RecordRegistry", "RecordRegistry.sol",
        'EIP712("MedSim RecordRegistry", "1")',
        'EIP712("MedSim CheckIn", "1")',
        _tests("test_signed_digests", "test_record_registry"),
    ),
    Mutant(
        "no allowance is checked",
        "MedToken", "MedToken.sol",
        "    /// @dev The sender, taken from the calldata's end when the trusted forwarder calls.\n",
        "    function _spendAllowance(address, address, uint256) internal pure override {}\n\n"
        "    /// @dev The sender, taken from the calldata's end when the trusted forwarder calls.\n",
        _tests("test_med_token", "machines/test_med_token_machine"),
    ),
    Mutant(
        "a day's emission is rounded up",
        "Emission", "Emission.sol",
        "yearAmount / DAYS_PER_YEAR * count;",
        "(yearAmount + DAYS_PER_YEAR - 1) / DAYS_PER_YEAR * count;",
        _tests("test_emission", "reference/test_emission_reference"),
    ),
    Mutant(
        "a revoked consent is live",
        "ConsentRegistry", "ConsentRegistry.sol",
        "return consent.edition != 0 && !consent.revoked && block.timestamp <= consent.expiry;",
        "return consent.edition != 0 && block.timestamp <= consent.expiry;",
        _tests("test_consent_grant", "test_consent_access", "machines/test_consent_machine"),
    ),
    Mutant(
        "a submission is paid again and again",
        "DataMarket", "DataMarket.sol",
        "        submission.status = SubmissionStatus.Paid;\n",
        "",
        _tests("test_data_market", "test_deal_settlement"),
    ),
    Mutant(
        "a record is claimed twice under one policy",
        "Insurance", "insurance/InsuranceClaims.sol",
        "        if (filings.taken) revert RecordClaimedAlready(policyId, caseId);\n",
        "",
        _tests("test_insurance_claims"),
    ),
    Mutant(
        "a record is paid by a second insurer though the policy forbids it",
        "Insurance", "insurance/InsuranceClaims.sol",
        "        if (use.exclusive || (exclusive && use.claims != 0)) revert RecordClaimedElsewhere(caseId);\n",
        "",
        _tests("test_insurance_claims"),
    ),
    Mutant(
        "a payout is rounded up",
        "RewardPool", "rewards/RewardEpochs.sol",
        "        amount = uint256(fund.budget) * weight / total;\n",
        "        amount = (uint256(fund.budget) * weight + total - 1) / total;\n",
        _tests("test_reward_conversion", "reference/test_rewards_reference"),
    ),
    Mutant(
        "a visit's fraud is slashed twice",
        "RewardPool", "rewards/RewardSlashing.sol",
        "        _slashedVisits[checkInId] = true;\n",
        "",
        _tests("test_reward_slashing"),
    ),
    Mutant(
        "a lock opens before its time",
        "TokenLock", "TokenLock.sol",
        "if (block.timestamp < lock.releaseAt && _msgSender() != owner()) revert",
        "if (block.timestamp < 1) revert",
        _tests("test_token_lock", "machines/test_token_lock_machine"),
    ),
    Mutant(
        "the team's last part comes a quarter early",
        "TeamVesting", "TeamVesting.sol",
        "        if (count > INSTALMENTS) return grantAmount;\n",
        "        if (count >= INSTALMENTS) return grantAmount;\n",
        _tests("test_team_vesting", "reference/test_team_vesting_reference"),
    ),
    Mutant(
        "a phase sells beyond its cap",
        "TokenSale", "TokenSale.sol",
        "uint256 room = Math.min(terms.cap - _progress[phase].sold, TOKEN.balanceOf(address(this)));",
        "uint256 room = TOKEN.balanceOf(address(this));",
        _tests("test_token_sale", "machines/test_token_sale_machine"),
    ),
    Mutant(
        "a lost phone is replaced without the owner's time to refuse",
        "IdentityRegistry", "KeyRecovery.sol",
        "        if (block.timestamp < guardianship.readyAt) {\n",
        "        if (block.timestamp < 1) {\n",
        _tests("test_key_recovery", "machines/test_identity_machine"),
    ),
    Mutant(
        "a leaf of a batch is not checked against its root",
        "RecordRegistry", "Batches.sol",
        "        if (tooLong || idOf(",
        "        if (tooLong && idOf(",
        _tests("test_record_batches", "test_batch_leaves"),
    ),
    Mutant(
        "a slash spares what is unbonding",
        "Staking", "Staking.sol",
        "uint256 fromUnbonding = uint256(pool.unbonding) * slashBasisPoints / WHOLE_BASIS_POINTS;",
        "uint256 fromUnbonding = 0;",
        _tests("test_staking_validators", "machines/test_staking_machine"),
    ),
    Mutant(
        "unlocked MED leaves at once",
        "Staking", "Staking.sol",
        "        if (block.timestamp < release.readyAt) revert NotReady(release.readyAt, block.timestamp);\n",
        "",
        _tests("test_staking_votes", "test_staking_validators"),
    ),
    Mutant(
        "anybody sets the block gas limit",
        "Governance", "GovernedParameters.sol",
        "function setBlockGasLimit(uint64 newBlockGasLimit) external onlyGovernance {",
        "function setBlockGasLimit(uint64 newBlockGasLimit) external {",
        _tests("test_governance"),
    ),
    Mutant(
        "a sponsor's day has no budget",
        "Forwarder", "Forwarder.sol",
        "        if (reservedWei > leftWei) revert DayBudgetUsedUp(sponsor, reservedWei, leftWei);\n",
        "",
        _tests("test_sponsors"),
    ),
)  # fmt: skip
