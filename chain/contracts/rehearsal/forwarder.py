"""A foundation pays patients' fees: on-boarding of listed newcomers, then everybody who is registered."""

from __future__ import annotations

from typing import Final, NamedTuple

from chain.abi import ContractAbi
from chain.block import Address
from chain.contracts.messages import ForwardRequest, Role
from chain.contracts.rehearsal.cast import BUYERS, DEVICE, GUARDIANS, OTHER_PATIENT, PATIENT, SPONSOR
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.keys import PrivateKey

RELAYER: Final = BUYERS[0]
MINIMUM_GAS_PRICE_WEI: Final = 40 * 10**10
"""Qtum's 40 satoshi a gas (qtumproject/qtum), in wei as its Ethereum-style interface shows it."""

COIN_WEI: Final = 10**18


class Limits(NamedTuple):
    """What a sponsor pays for, in the order of `Forwarder.Limits`. Days are UTC; all zero pays for nothing."""

    gas_price_ceiling_wei: int = 0
    request_gas: int = 0
    author_day_requests: int = 0
    open_to_registered: bool = False
    all_system_targets: bool = False
    author_day_wei: int = 0
    day_wei: int = 0


LIMITS: Final = Limits(
    gas_price_ceiling_wei=MINIMUM_GAS_PRICE_WEI,
    request_gas=500_000,
    author_day_requests=5,
    author_day_wei=COIN_WEI,
    day_wei=3 * COIN_WEI,
)
"""Enough for five requests an author and day at the minimum gas price."""


def rehearse(stage: Stage) -> None:
    """Play the story from the opening on."""
    system, forwarder, sponsor = stage.system, stage.system.forwarder, SPONSOR.address
    stage.do(SPONSOR, forwarder, "deposit", sponsor, value_wei=10 * COIN_WEI)
    stage.do(SPONSOR, forwarder, "setLimits", LIMITS)
    stage.do(SPONSOR, forwarder, "setTargets", [system.address_of("IdentityRegistry")], True)
    newcomers = [*GUARDIANS, DEVICE]
    stage.do(SPONSOR, forwarder, "setAuthors", [newcomer.address for newcomer in newcomers], True)
    registration = system.identity.encode("register", Role.PATIENT)
    for newcomer in newcomers:
        assert relay(stage, newcomer, system.identity, registration).status
    everybody = LIMITS._replace(open_to_registered=True, all_system_targets=True)
    stage.do(SPONSOR, forwarder, "setLimits", everybody)
    approval = system.token.encode("approve", SPONSOR.address, 1)
    for _again in range(2):
        assert relay(stage, PATIENT, system.token, approval).status
    _send_without_a_sponsor(stage, approval)
    stage.do(SPONSOR, forwarder, "withdraw", COIN_WEI)


def relay(
    stage: Stage,
    author: PrivateKey,
    contract: ContractAbi,
    data: bytes,
    *,
    relayer: PrivateKey = RELAYER,
    sponsor: Address = SPONSOR.address,
    gas_price_wei: int = MINIMUM_GAS_PRICE_WEI,
) -> Outcome:
    """Have a relayer send what an author asks for, at a sponsor's cost."""
    asked = stage.request(author, contract, data)
    return stage.send(
        relayer,
        stage.system.forwarder,
        "executeSponsored",
        signed(stage, asked, author),
        sponsor,
        gas_price_wei=gas_price_wei,
    )


def signed(stage: Stage, asked: ForwardRequest, author: PrivateKey) -> tuple[object, ...]:
    """Return a request with its author's signature, as the forwarder takes it."""
    return asked.arguments(author.sign(asked.digest(stage.system.forwarder_domain)))


def _send_without_a_sponsor(stage: Stage, data: bytes) -> None:
    """Whoever sends pays: one request, then two at once."""
    forwarder, token = stage.system.forwarder, stage.system.token
    assert stage.forward(stage.request(PATIENT, token, data), PATIENT).status
    authors = (PATIENT, OTHER_PATIENT)
    requests = [signed(stage, stage.request(author, token, data), author) for author in authors]
    stage.do(SPONSOR, forwarder, "executeBatch", requests, SPONSOR.address)
