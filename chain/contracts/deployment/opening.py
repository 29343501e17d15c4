"""The transactions that put the system on a chain and set it up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from chain.block import Address, Transaction
from chain.contracts.artifact import CONTRACTS
from chain.contracts.deployment import (
    check_in,
    consent_registry,
    data_market,
    emission,
    forwarder,
    governance,
    identity_registry,
    insurance,
    med_token,
    record_registry,
    reward_pool,
    staking,
    team_vesting,
    timelock,
    token_lock,
    token_sale,
)
from chain.contracts.deployment.parameters import SystemParameters
from chain.contracts.deployment.roles import settings
from chain.contracts.system import System

CREATION_GAS_LIMIT_GAS: Final = 8_000_000
"""Above the dearest creation of the system (measured in tests/chain/contracts/test_opening.py)."""

SETTING_GAS_LIMIT_GAS: Final = 200_000
"""Above the dearest setting-up call."""

_ARGUMENTS: Final[Mapping[str, Callable[[System, SystemParameters], tuple[object, ...]]]] = {
    "Forwarder": lambda system, _given: forwarder.arguments(system),
    "MedToken": lambda system, _given: med_token.arguments(system),
    "IdentityRegistry": lambda system, given: identity_registry.arguments(system, given.identity),
    "RecordRegistry": lambda system, _given: record_registry.arguments(system),
    "CheckIn": lambda system, given: check_in.arguments(system, given.check_in),
    "RewardPool": lambda system, given: reward_pool.arguments(
        system, given.rewards, _treasury(system, given)
    ),
    "Emission": lambda system, given: emission.arguments(system, given.emission),
    "TokenSale": lambda system, given: token_sale.arguments(system, given.sale, _treasury(system, given)),
    "TokenLock": lambda system, given: token_lock.arguments(system, _treasury(system, given)),
    "TeamVesting": lambda system, given: team_vesting.arguments(system, given.vesting),
    "ConsentRegistry": lambda system, given: consent_registry.arguments(
        system, given.consents, given.reviewers
    ),
    "DataMarket": lambda system, given: data_market.arguments(
        system, given.market, given.arbiters, _treasury(system, given)
    ),
    "Insurance": lambda system, given: insurance.arguments(system, given.insurance, given.arbiters),
    "Staking": lambda system, given: staking.arguments(system, given.staking, given.slashers),
    "Governance": lambda system, given: governance.arguments(system, given.governance),
    "Timelock": lambda system, given: timelock.arguments(system, given.governance),
}


def opening_transactions(
    parameters: SystemParameters, system: System, gas_price_wei: int
) -> list[Transaction]:
    """Return the deployer's unsigned transactions that deploy the system and set it up, in nonce order.

    One creation a contract, in the order of `CONTRACTS`; then the opening balances; then the roles.
    """
    creations = [(None, data, CREATION_GAS_LIMIT_GAS) for data in _creations(parameters, system)]
    calls = [(to, data, SETTING_GAS_LIMIT_GAS) for to, data in _calls(parameters, system)]
    return [
        Transaction(
            sender=system.deployer,
            nonce=nonce,
            to=to,
            value_wei=0,
            data=data,
            gas_limit_gas=gas_limit_gas,
            gas_price_wei=gas_price_wei,
        )
        for nonce, (to, data, gas_limit_gas) in enumerate([*creations, *calls], system.first_nonce)
    ]


def _treasury(system: System, parameters: SystemParameters) -> Address:
    return parameters.treasury or system.deployer


def _creations(parameters: SystemParameters, system: System) -> Iterator[bytes]:
    for name in CONTRACTS:
        yield system.contract(name).encode_creation(*_ARGUMENTS[name](system, parameters))


def _calls(parameters: SystemParameters, system: System) -> Iterator[tuple[Address, bytes]]:
    for name, function, arguments in settings(parameters, system):
        yield system.address_of(name), system.contract(name).encode(function, *arguments)
