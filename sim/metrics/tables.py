"""Every table of a run: its columns, types, units and meaning, declared once.

Times `*_s` are simulated seconds since the scenario's start. Money is whole satoshi (`_sat`) or MED units of
10⁻⁸ MED (`_med_units`). Hashes and roots are hexadecimal text with 0x. `canonical` is as a stakeless observer
sees it after the final drain; `removed_at_s` is when that observer's chain dropped the row's block.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from sim.metrics.rows import RowCollector
from sim.metrics.schema import Column, Kind, TableError, TableSchema
from sim.metrics.stress_tables import STRESS_SCHEMAS

OWNER_ROLES = (
    "patient",
    "provider",
    "treasury",
    "pool",
    "holder",
    "buyer",
    "team",
    "sponsor",
    "certifier",
    "staker",
)
"""Roles in `balances`; treasury and pool are the system's own accounts, not owners."""


def _whole(name: str, unit: str, doc: str, *, null: bool = False) -> Column:
    return Column(name, Kind.WHOLE, unit, doc, null)


def _real(name: str, unit: str, doc: str, *, null: bool = False) -> Column:
    return Column(name, Kind.REAL, unit, doc, null)


def _text(name: str, doc: str, *, null: bool = False) -> Column:
    return Column(name, Kind.TEXT, "", doc, null)


def _flag(name: str, doc: str, *, null: bool = False) -> Column:
    return Column(name, Kind.FLAG, "", doc, null)


_CANONICAL = _flag("canonical", "on the observer's chain after the final drain")
_REMOVED = _real("removed_at_s", "s", "when a reorganisation removed it from the observer's chain", null=True)

BLOCKS = TableSchema(
    "blocks",
    "A row a block; a stretch of idle blocks passed in one step is one row with a count. "
    "Stretches end at the bounds of the window.",
    ("number", "block_hash"),
    (
        _whole("number", "1", "height of the block, of a stretch its last block's"),
        _whole("count", "blocks", "1, or the length of the idle stretch"),
        _real("first_time_s", "s", "timestamp of the row's first block"),
        _real("time_s", "s", "timestamp of the row's last block"),
        _real("interval_s", "s", "time from the block before the row to the row's last block"),
        _text("block_hash", "signature-free identity of the block, of a stretch its chained hash"),
        _text("proposer", "owner who proposed it; null for a stretch of several", null=True),
        _whole("tx_count", "tx", "transactions included"),
        _whole("gas_used_gas", "gas", "gas used by the row's blocks together"),
        _whole("gas_limit_gas", "gas", "gas limit of each of the row's blocks"),
        _whole("size_bytes", "bytes", "size of the row's blocks together, a fixed allowance per signature"),
        _whole("subsidy_sat", "sat", "native coin issued as subsidy by the row's blocks together"),
        _whole("fees_sat", "sat", "fees collected, after gas refunds"),
        _whole("mempool_tx", "tx", "executable transactions in the pool just before the block took its own"),
        _text("bits", "compact difficulty target of the (last) block"),
        _CANONICAL,
        _REMOVED,
    ),
)

TRANSACTIONS = TableSchema(
    "transactions",
    "A row a transaction that an agent submitted, whether or not a block ever held it.",
    ("submitted_at_s", "sender", "nonce", "tx_id"),
    (
        _text("tx_id", "keccak of sender and unsigned payload"),
        _text("act", "what it does: register, certify, check-in, anchor, credit, close-epoch, settle, …"),
        _text("sender", "owner who sends and pays"),
        _text("sender_role", "role of the sender"),
        _text("for_owner", "patient on whose behalf it is sent", null=True),
        _whole("nonce", "1", "the sender's nonce; a replacement keeps it"),
        _whole("gas_limit_gas", "gas", "gas limit of the transaction"),
        _whole("gas_price_sat", "sat/gas", "gas price offered"),
        _real("submitted_at_s", "s", "when the sender's gateway received it"),
        _real("included_at_s", "s", "timestamp of the block that holds it", null=True),
        _real("final_at_s", "s", "when it became final for the sender's gateway", null=True),
        _whole("block_number", "1", "height of the block that holds it", null=True),
        _text("block_hash", "identity of the block that holds it", null=True),
        _whole("status", "1", "1 succeeded, 0 reverted", null=True),
        _whole("gas_used_gas", "gas", "gas used", null=True),
        _whole("fee_sat", "sat", "fee paid", null=True),
        _text("revert_reason", "decoded reason of a revert", null=True),
        _text("outcome", "included, expired, dropped or pending"),
        _text("visit_id", "visit it belongs to", null=True),
        _CANONICAL,
        _REMOVED,
    ),
)

VISITS = TableSchema(
    "visits",
    "A row a visit that was tried: one encounter of one patient at one provider.",
    ("started_at_s", "visit_id"),
    (
        _text("visit_id", "name of the visit"),
        _text("patient_id", "the patient"),
        _text("provider_id", "the provider"),
        _text("provider_name", "the provider's name in the histories"),
        _text("encounter_class", "FHIR class code of the encounter"),
        _text("encounter_type", "what kind of encounter it was"),
        _text("direction", "institution: the desk shows the code; ticket: the patient does"),
        _real("started_at_s", "s", "start of the encounter"),
        _real("ended_at_s", "s", "end of the encounter"),
        _real("scanned_at_s", "s", "when the QR code was read", null=True),
        _real("checked_in_at_s", "s", "timestamp of the block with the successful check-in", null=True),
        _real("anchored_at_s", "s", "timestamp of the block with the record's root", null=True),
        _real("credited_at_s", "s", "timestamp of the block that credited the points", null=True),
        _text("outcome", "complete, or why it ended earlier"),
        _whole("resources", "1", "FHIR resources in the record"),
        _whole("record_bytes", "bytes", "size of the record in clear"),
        _whole("ciphertext_bytes", "bytes", "size of the record in the vault"),
        _text("record_id", "identity of the anchored record", null=True),
        _text("root", "salted Merkle root of the record", null=True),
        _whole("gas_gas", "gas", "gas of all its transactions, failed ones too"),
        _whole("fee_sat", "sat", "fees of all its transactions, whoever paid"),
        _whole("patient_points", "MP", "Medi Points credited to the patient"),
        _whole("provider_points", "MP", "Medi Points credited to the provider"),
    ),
)

SHARES = TableSchema(
    "shares",
    "A row a presentation of a record at a provider.",
    ("presented_at_s", "share_id"),
    (
        _text("share_id", "name of the presentation"),
        _text("visit_id", "visit at which it was presented", null=True),
        _text("patient_id", "the patient who presents"),
        _text("from_provider_id", "provider who issued the record"),
        _text("to_provider_id", "provider who verifies it"),
        _text("record_id", "identity of the presented record"),
        _real("presented_at_s", "s", "when it was presented"),
        _text("origin", "honest or forged"),
        _whole("leaves", "1", "leaves disclosed"),
        _whole("proof_bytes", "bytes", "size of the disclosure with its proofs"),
        _flag("accepted", "the verifier accepted it"),
        _text("reason", "why it was accepted or rejected"),
        _flag("repeat_test_avoided", "a test was not repeated because the record was accepted"),
        _real("credited_at_s", "s", "timestamp of the block that credited points for it", null=True),
        _whole("patient_points", "MP", "Medi Points credited to the patient"),
        _whole("issuer_points", "MP", "Medi Points credited to the provider who issued the record"),
        _whole("acceptor_points", "MP", "curation points credited to the provider who accepted it"),
    ),
)

EPOCHS = TableSchema(
    "epochs",
    "A row an epoch of the reward pool that was closed.",
    ("epoch",),
    (
        _whole("epoch", "1", "number of the epoch"),
        _real("starts_at_s", "s", "start of the epoch"),
        _real("closed_at_s", "s", "timestamp of the block that closed it"),
        _whole("points", "MP", "Medi Points credited in it, to authors: for visits, and for records shared"),
        _whole("curation_points", "MP", "Medi Points credited in it to those who accepted shared records"),
        _whole("emission_med_units", "10^-8 MED", "new MED of the epoch"),
        _whole(
            "budget_med_units",
            "10^-8 MED",
            "emission and what was carried into the epoch; equal to paid, dust carried on, diverted and unpaid "
            "together",
        ),
        _whole("paid_med_units", "10^-8 MED", "paid to accounts"),
        _whole("dust_med_units", "10^-8 MED", "left over and carried on, as the contract announced it"),
        _whole("diverted_med_units", "10^-8 MED", "earned by nobody, and burned or sent to the treasury"),
        _whole("unpaid_med_units", "10^-8 MED", "neither paid nor carried on when the run ended"),
        _whole("accounts", "1", "accounts paid"),
    ),
)

REWARDS = TableSchema(
    "rewards",
    "A row a payment of MED for the points of one owner in one epoch.",
    ("epoch", "owner_id"),
    (
        _whole("epoch", "1", "epoch the points were earned in"),
        _text("owner_id", "who was paid"),
        _text("role", "role of the owner"),
        _whole("points", "MP", "Medi Points converted, as an author"),
        _whole("curation_points", "MP", "Medi Points converted, for accepting shared records"),
        _whole("amount_med_units", "10^-8 MED", "amount earned"),
        _whole("vested_med_units", "10^-8 MED", "part of it that stays in the pool and vests"),
        _real("paid_at_s", "s", "timestamp of the block that paid"),
        _whole("block_number", "1", "height of the block that paid"),
    ),
)

BALANCES = TableSchema(
    "balances",
    "A row an owner: what it held at the start and at the end of the run.",
    ("role", "owner_id"),
    (
        _text("owner_id", "the owner (an agent, not an address)"),
        _text("role", ", ".join(OWNER_ROLES)),
        _whole("opening_med_units", "10^-8 MED", "MED in its account at the start"),
        _whole(
            "closing_med_units",
            "10^-8 MED",
            "MED in its account at the end; of the reward pool without what vests for others",
        ),
        _whole(
            "opening_bound_med_units",
            "10^-8 MED",
            "MED that is its own while a contract holds it, at the start: locked purchases, grants to the team",
        ),
        _whole(
            "closing_bound_med_units",
            "10^-8 MED",
            "MED that is its own while a contract holds it, at the end, votes and vesting rewards included",
        ),
        _whole("opening_qtum_sat", "sat", "native coin in its account at the start"),
        _whole("closing_qtum_sat", "sat", "native coin in its account at the end"),
    ),
)

SUPPLY = TableSchema(
    "supply",
    "A row a day and one at each bound of the window: supply by holder class and native coin, at the tip.",
    ("time_s",),
    (
        _real("time_s", "s", "when it was read"),
        _whole("supply_med_units", "10^-8 MED", "total supply"),
        _whole("minted_med_units", "10^-8 MED", "minted since the beginning, the opening supply included"),
        _whole("burned_med_units", "10^-8 MED", "burned since the beginning"),
        _whole("patients_med_units", "10^-8 MED", "held by patients"),
        _whole("providers_med_units", "10^-8 MED", "held by providers"),
        _whole("treasury_med_units", "10^-8 MED", "held by the treasury"),
        _whole("pool_med_units", "10^-8 MED", "held by the reward pool"),
        _whole("sale_med_units", "10^-8 MED", "held by the sale, to be sold"),
        _whole("locked_med_units", "10^-8 MED", "held by the lock of what was bought"),
        _whole("vesting_med_units", "10^-8 MED", "held by the team's vesting"),
        _whole("staked_med_units", "10^-8 MED", "held by staking, for votes and validators"),
        _whole("escrow_med_units", "10^-8 MED", "held by data deals and insurance"),
        _whole("holders_med_units", "10^-8 MED", "held by everybody else"),
        _whole("issued_qtum_sat", "sat", "native coin issued, real and simulated owners together"),
        _whole("staked_qtum_sat", "sat", "native coin staked"),
    ),
)

SALE = TableSchema(
    "sale",
    "A row a purchase that was sent to the sale before the run.",
    ("bought_at_s", "owner_id"),
    (
        _text("owner_id", "the buyer"),
        _text("country", "where the buyer lives: Korea, or another by its rank"),
        _text("phase", "first presale, second presale or main sale"),
        _real("bought_at_s", "s", "timestamp of the block that holds it, before the run's start"),
        _whole("block_number", "1", "height of the block that holds it"),
        _whole("offered_sat", "sat", "native coin sent along"),
        _whole("paid_sat", "sat", "native coin kept; the rest came back"),
        _whole("med_units", "10^-8 MED", "MED bought, bonus included"),
        _whole("locked_med_units", "10^-8 MED", "what of it was locked"),
        _text("outcome", "bought, cut (a cap left room for a part), or the error that refused it"),
    ),
)

VESTING = TableSchema(
    "vesting",
    "A row a lock of a purchase, or a part of a grant to the team: when it falls due, and what became of it.",
    ("due_at_s", "source", "owner_id", "part"),
    (
        _text("owner_id", "whose MED it is"),
        _text("source", "the phase in which it was bought, or team"),
        _whole("part", "1", "which part of a grant, from 1; of a purchase 1"),
        _real("due_at_s", "s", "from when it may be released"),
        _whole("amount_med_units", "10^-8 MED", "what it holds"),
        _real("ended_at_s", "s", "timestamp of the block that released it or took it back", null=True),
        _text("outcome", "locked, released or taken back, at the end of the run"),
    ),
)

STAKERS = TableSchema(
    "stakers",
    "A row a staker.",
    ("owner_id",),
    (
        _text("owner_id", "the staker"),
        _whole("opening_stake_sat", "sat", "stake at the start"),
        _whole("closing_stake_sat", "sat", "stake at the end"),
        _real("mature_share", "share", "its share of all mature stake at the end"),
        _whole("blocks", "blocks", "canonical blocks it proposed during the run"),
        _whole("reward_sat", "sat", "subsidy and fees it received during the run"),
    ),
)

GAS = TableSchema(
    "gas",
    "A row an act: what its successful calls on the canonical chain cost.",
    ("act",),
    (
        _text("act", "the act, as in transactions"),
        _whole("calls", "1", "successful calls"),
        _whole("gas_min", "gas", "cheapest call"),
        _real("gas_mean", "gas", "mean call"),
        _whole("gas_max", "gas", "dearest call"),
    ),
)

GOVERNANCE = TableSchema(
    "governance",
    "A row a proposal that the scenario plans, and what became of it.",
    ("proposal",),
    (
        _whole("proposal", "1", "its number in the scenario, from 0"),
        _text(
            "parameter", "the governed parameter: block_gas_limit_gas, minimum_gas_price_sat or reward_curve"
        ),
        _text("value", "its proposed value, in the unit that its name ends in"),
        _text("previous", "what held when it was proposed; empty where it was not"),
        _text("outcome", "executed, defeated, refused with a reason, or how far it had come"),
        _real("proposed_at_s", "s", "timestamp of the block with the proposal", null=True),
        _real(
            "voting_from_s", "s", "when votes are counted as they then lie; they are cast after it", null=True
        ),
        _real("voting_until_s", "s", "the last second of the vote", null=True),
        _real("queued_at_s", "s", "timestamp of the block from which it waited in the timelock", null=True),
        _real("executed_at_s", "s", "timestamp of the block that executed it", null=True),
        _whole(
            "effective_block_number", "1", "the first block under a new gas limit or minimum price", null=True
        ),
        _whole("voters", "1", "owners whose votes were cast"),
        _whole("for_med_units", "10^-8 MED", "votes for it"),
        _whole("against_med_units", "10^-8 MED", "votes against it"),
        _whole("abstaining_med_units", "10^-8 MED", "votes that abstained"),
        _whole("quorum_med_units", "10^-8 MED", "votes for and abstaining that it needed", null=True),
        _whole("gas_gas", "gas", "gas of its proposal, votes, queueing and execution, failed ones too"),
        _whole("fee_sat", "sat", "fees of these, whoever paid"),
    ),
)

SCHEMAS: Mapping[str, TableSchema] = MappingProxyType(
    {
        schema.name: schema
        for schema in (
            BLOCKS, TRANSACTIONS, VISITS, SHARES, EPOCHS, REWARDS, BALANCES, SUPPLY, STAKERS, GAS,
            GOVERNANCE, SALE, VESTING,
        )
    }
)  # fmt: skip
"""Every table by name; a run has all of them, empty ones too."""


def schema(name: str) -> TableSchema:
    """Return the declaration of a table; raise `TableError` naming the known ones for an unknown name."""
    known = {**SCHEMAS, **STRESS_SCHEMAS}
    if name not in known:
        raise TableError(f"unknown table {name!r}; known are {', '.join(known)}")
    return known[name]


def collectors() -> dict[str, RowCollector]:
    """Return an empty collector for every table."""
    return {name: RowCollector(declared) for name, declared in SCHEMAS.items()}


def empty_frames() -> dict[str, pd.DataFrame]:
    """Return every table without rows."""
    return {name: collector.frame() for name, collector in collectors().items()}
