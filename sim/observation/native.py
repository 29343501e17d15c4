"""The native coin of whichever chain it is: what there is, what is staked, and what stakers and payers have.

Where MED is staked it is MED itself, kept by the protocol; where nothing is staked nobody has a stake.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from chain.ledger import Ledger
from chain.protocols.bft.state import BftState
from chain.protocols.dpos.state import DposState
from sim.audit.med_book import MedBook
from sim.results.encoding import Json
from sim.scenario.protocol_kinds import Kind


class NativeCoin:
    """Reads it at the tip; amounts are in 10^-8 of the coin."""

    def __init__(self, ledger: Ledger, kind: Kind, book: MedBook) -> None:
        self._ledger = ledger
        self._kind = kind
        self._book = book

    def issued_sat(self) -> int:
        """Return what there is: on MED's chains MED with what the token has still to follow; shares are no coin."""
        tip, ledger = self._ledger.tip, self._ledger
        if self._kind.stakes_med:
            return self._book.supply_med_units + ledger.due_at(tip).beyond(tip.issued).net_med_units
        if self._kind.name == "lottery":
            return ledger.issued_sat - sum(self.stakes_sat().values())
        return ledger.issued_sat

    def staked_sat(self) -> int:
        """Return what is staked, all owners together; on Qtum their coins, immature ones too."""
        if self._kind.stakes_med:
            return sum(self._ledger.protocol.stakes_sat(self._ledger.tip.protocol_state).values())
        return self._ledger.coins_sat if self._kind.name == "qtum" else 0

    def stakes_sat(self) -> dict[str, int]:
        """Return the stake of everybody who makes blocks; in a lottery its share, which is no money."""
        protocol, state = self._ledger.protocol, self._ledger.tip.protocol_state
        if self._kind.name == "lottery":
            return dict(protocol.mature_stakes_sat(state))
        stakes_sat = protocol.stakes_sat(state)
        if self._kind.stakes_med:
            return {owner_id: stakes_sat[owner_id] for owner_id in protocol.validators(state)}
        return dict(stakes_sat)

    def kept_sat(self) -> dict[str, int]:
        """Return what the protocol keeps for each owner: stakes, rewards, what is in hand or on its way back.

        A validator's delegators have theirs with the validator.
        """
        protocol, state = self._ledger.protocol, self._ledger.tip.protocol_state
        if isinstance(state, DposState):
            return _kept_by_seats(state)
        if isinstance(state, BftState):
            return _kept_by_votes(state)
        if self._kind.name == "lottery":
            shares = protocol.mature_stakes_sat(state)
            return {owner: amount - shares[owner] for owner, amount in protocol.stakes_sat(state).items()}
        return dict(protocol.stakes_sat(state))

    def facts(self) -> Mapping[str, Json]:
        """Return what the protocol has issued and burned since the opening, and whom it has punished.

        Where votes decide, fees of the last block belong to nobody yet: `undivided_sat`, with the community's part.
        """
        state, due = self._ledger.tip.protocol_state, self._ledger.due_at(self._ledger.tip)
        told: dict[str, Json] = {"issued_sat": due.minted_med_units, "burned_sat": due.burned_med_units}
        if isinstance(state, BftState):
            validators = state.staking.validators
            told["jailed"] = [one.owner_id for one in validators if one.jailed and not one.tombstoned]
            told["convicted"] = [one.owner_id for one in validators if one.tombstoned]
            told["undivided_sat"] = state.collector_sat + state.community_sat
        return told


def _kept_by_seats(state: DposState) -> dict[str, int]:
    kept = {}
    for address in state.books.order:
        account = state.books.account(address)
        assert account is not None
        place = state.books.places.get(address)
        kept[account.owner_id] = account.coins_sat + (0 if place is None else state.earned_sat[place])
    return kept


def _kept_by_votes(state: BftState) -> dict[str, int]:
    staking = state.staking
    kept = Counter(staking.liquid_sat)
    for validator, outstanding_sat in zip(staking.validators, state.outstanding_sat, strict=True):
        own_sat = validator.tokens_sat + validator.commission_sat + validator.pot_sat
        kept[validator.owner_id] += own_sat + outstanding_sat
    for unbonding in staking.unbondings:
        kept[unbonding.delegator_id] += unbonding.amount_sat
    return dict(kept)
