"""Who may do what once the opening has ended: the calls that grant and give up roles, in order."""

from __future__ import annotations

from collections.abc import Iterator

from chain.contracts.deployment.parameters import SystemParameters
from chain.contracts.system import (
    CERTIFIER_ROLE,
    DEFAULT_ADMIN_ROLE,
    GOVERNOR_ROLE,
    JUDGE_ROLE,
    MINTER_ROLE,
    SCHEDULER_ROLE,
    STOPPER_ROLE,
    System,
)

Setting = tuple[str, str, tuple[object, ...]]
"""A call of the deployer: contract, function, arguments."""


def settings(parameters: SystemParameters, system: System) -> Iterator[Setting]:
    """Yield the deployer's calls after the creations.

    The deployer mints only while it sets the opening balances: at the end the emission schedule is the only minter, or
    the protocol where it mints its block rewards. The deployer renounces the token's admin role too, so that nobody
    can ever make another. It hands the identity registry, where certifiers come and go, over to the timelock.
    """
    yield "MedToken", "grantRole", (MINTER_ROLE, system.deployer)
    for holder in parameters.opening_balances_med_units:
        yield "MedToken", "mint", holder
    for name, amount_med_units in (
        ("TokenSale", parameters.sale.allocation_med_units),
        ("TeamVesting", parameters.vesting.granted_med_units),
    ):
        if amount_med_units:
            yield "MedToken", "mint", (system.address_of(name), amount_med_units)
    minter = parameters.protocol_minter or system.address_of("Emission")
    yield "MedToken", "grantRole", (MINTER_ROLE, minter)
    yield "MedToken", "renounceRole", (MINTER_ROLE, system.deployer)
    for certifier in parameters.certifiers:
        yield "IdentityRegistry", "grantRole", (CERTIFIER_ROLE, certifier)
    yield "IdentityRegistry", "grantRole", (DEFAULT_ADMIN_ROLE, system.address_of("Timelock"))
    yield "IdentityRegistry", "renounceRole", (DEFAULT_ADMIN_ROLE, system.deployer)
    for role in (SCHEDULER_ROLE, STOPPER_ROLE, DEFAULT_ADMIN_ROLE):
        yield "Emission", "grantRole", (role, system.address_of("Timelock"))
    yield "Emission", "renounceRole", (DEFAULT_ADMIN_ROLE, system.deployer)
    for judge in parameters.judges:
        yield "RewardPool", "grantRole", (JUDGE_ROLE, judge)
    for role in (GOVERNOR_ROLE, DEFAULT_ADMIN_ROLE):
        yield "RewardPool", "grantRole", (role, system.address_of("Timelock"))
    yield "RewardPool", "renounceRole", (DEFAULT_ADMIN_ROLE, system.deployer)
    yield "MedToken", "renounceRole", (DEFAULT_ADMIN_ROLE, system.deployer)
