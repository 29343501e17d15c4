"""MED moves, is allowed, and is burned; on a token of its own, roles and minting as at the opening."""

from __future__ import annotations

from typing import Final

from chain.contracts.rehearsal.cast import DEPLOYER, INSURER, PATIENT, PROVIDER, RESEARCHER, TREASURY
from chain.contracts.rehearsal.fresh import deploy
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.signed.permit import Permit, permit_domain
from chain.contracts.system import DEFAULT_ADMIN_ROLE, MINTER_ROLE
from chain.units import MED_UNITS_PER_MED as MED

_LIFE_S: Final = 3_600


def rehearse(stage: Stage) -> None:
    """Play the story from the opening on."""
    _open_a_token(stage)
    _move(stage)
    _allow_by_signature(stage)
    stage.do(PATIENT, stage.system.token, "burn", 5 * MED)


def _open_a_token(stage: Stage) -> None:
    token = deploy(stage, "MedToken", stage.system.address_of("Forwarder"), DEPLOYER.address)
    stage.do(DEPLOYER, token, "grantRole", MINTER_ROLE, DEPLOYER.address)
    for holder in (TREASURY, RESEARCHER):
        stage.do(DEPLOYER, token, "mint", holder.address, 1_000 * MED)
    stage.do(DEPLOYER, token, "grantRole", MINTER_ROLE, stage.system.address_of("Emission"))
    stage.do(DEPLOYER, token, "grantRole", MINTER_ROLE, TREASURY.address)
    stage.do(DEPLOYER, token, "revokeRole", MINTER_ROLE, TREASURY.address)
    for role in (MINTER_ROLE, DEFAULT_ADMIN_ROLE):
        stage.do(DEPLOYER, token, "renounceRole", role, DEPLOYER.address)


def _move(stage: Stage) -> None:
    token = stage.system.token
    for _ in range(2):
        stage.do(DEPLOYER, token, "transfer", PATIENT.address, 100 * MED)
    stage.do(PATIENT, token, "approve", INSURER.address, 50 * MED)
    stage.do(PATIENT, token, "transfer", PROVIDER.address, MED)
    stage.do(INSURER, token, "transferFrom", PATIENT.address, PROVIDER.address, 20 * MED)
    stage.do(INSURER, token, "burnFrom", PATIENT.address, 10 * MED)


def _allow_by_signature(stage: Stage) -> None:
    """Twice: the second permit writes slots that the first has used."""
    token, domain = stage.system.token, permit_domain(stage.system)
    for amount_med_units in (7 * MED, 9 * MED):
        permit = Permit(
            owner=PATIENT.address,
            spender=RESEARCHER.address,
            amount_med_units=amount_med_units,
            nonce=stage.read(token, "nonces", PATIENT.address),
            deadline_s=stage.time_s + _LIFE_S,
        )
        stage.do(RESEARCHER, token, "permit", *permit.arguments(PATIENT.sign(permit.digest(domain))))
