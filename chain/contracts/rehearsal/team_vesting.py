"""The team's grants are released part by part; one of the team changes its account on the way."""

from __future__ import annotations

from chain.contracts.rehearsal.cast import NEW_PHONE, STRANGER, TEAM
from chain.contracts.rehearsal.stage import Stage


def rehearse(stage: Stage) -> None:
    """Play the story from the opening on."""
    vesting = stage.system.vesting
    period_s = stage.read(vesting, "INSTALMENT_SECONDS")
    stage.time_s = stage.read(vesting, "FIRST_RELEASE_AT")
    for member in TEAM:
        stage.do(STRANGER, vesting, "release", member.address)
    stage.do(TEAM[0], vesting, "changeBeneficiary", NEW_PHONE.address)
    for _ in range(stage.read(vesting, "INSTALMENTS")):
        stage.pass_time(period_s)
        for account in (NEW_PHONE, TEAM[1]):
            stage.do(STRANGER, vesting, "release", account.address)
