"""Every table of a run: its columns, types, units and meaning, declared once.

Times `*_s` are simulated seconds since the scenario's start. Money is whole satoshi (`_sat`) or MED units of
10⁻⁸ MED (`_med_units`). Hashes and roots are hexadecimal text with 0x. `canonical` is as a stakeless observer
sees it after the final drain; `removed_at_s` is when that observer's chain dropped the row's block.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from sim.metrics.columns import flag, real, text, whole
from sim.metrics.rows import RowCollector
from sim.metrics.schema import TableError, TableSchema
from sim.metrics.stress_tables import STRESS_SCHEMAS
from sim.metrics.tables_network import FAULTS, PROPAGATION, REORGANISATIONS

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


_CANONICAL = flag("canonical", "on the observer's chain after the final drain")
_REMOVED = real("removed_at_s", "s", "when a reorganisation removed it from the observer's chain", null=True)

BLOCKS = TableSchema(
    "blocks",
    "A row a block; a stretch of idle blocks passed in one step is one row with a count. "
    "Stretches end at the bounds of the window.",
    ("number", "block_hash"),
    (
        whole("number", "1", "height of the block, of a stretch its last block's"),
        whole("count", "blocks", "1, or the length of the idle stretch"),
        real("first_time_s", "s", "timestamp of the row's first block"),
        real("time_s", "s", "timestamp of the row's last block"),
        real("interval_s", "s", "time from the block before the row to the row's last block"),
        text("block_hash", "signature-free identity of the block, of a stretch its chained hash"),
        text("proposer", "owner who proposed it; null for a stretch of several", null=True),
        whole("tx_count", "tx", "transactions included"),
        whole("gas_used_gas", "gas", "gas used by the row's blocks together"),
        whole("gas_limit_gas", "gas", "gas limit of each of the row's blocks"),
        whole("size_bytes", "bytes", "size of the row's blocks together, a fixed allowance per signature"),
        whole("subsidy_sat", "sat", "native coin issued as subsidy by the row's blocks together"),
        whole("fees_sat", "sat", "fees collected, after gas refunds"),
        whole("mempool_tx", "tx", "executable transactions in the pool just before the block took its own"),
        text("bits", "compact difficulty target of the (last) block"),
        text("parent_hash", "identity of the block that it follows; null with one network view", null=True),
        real("made_at_s", "s", "when its producer made it; null with one network view", null=True),
        real(
            "seen_at_s", "s", "when the observer had it; null with one network view, or if never", null=True
        ),
        real(
            "final_at_s",
            "s",
            "when the observer first took it for final; null with one network view, or if never",
            null=True,
        ),
        _CANONICAL,
        _REMOVED,
    ),
)

TRANSACTIONS = TableSchema(
    "transactions",
    "A row a transaction that an agent submitted, whether or not a block ever held it.",
    ("submitted_at_s", "sender", "nonce", "tx_id"),
    (
        text("tx_id", "keccak of sender and unsigned payload"),
        text("act", "what it does: register, certify, check-in, anchor, credit, close-epoch, settle, …"),
        text("sender", "owner who sends and pays"),
        text("sender_role", "role of the sender"),
        text("for_owner", "patient on whose behalf it is sent", null=True),
        whole("nonce", "1", "the sender's nonce; a replacement keeps it"),
        whole("gas_limit_gas", "gas", "gas limit of the transaction"),
        whole("gas_price_sat", "sat/gas", "gas price offered"),
        real("submitted_at_s", "s", "when the sender's gateway received it"),
        real("included_at_s", "s", "timestamp of the block that holds it", null=True),
        real("final_at_s", "s", "when it became final for the sender's gateway", null=True),
        whole("block_number", "1", "height of the block that holds it", null=True),
        text("block_hash", "identity of the block that holds it", null=True),
        whole("status", "1", "1 succeeded, 0 reverted", null=True),
        whole("gas_used_gas", "gas", "gas used", null=True),
        whole("fee_sat", "sat", "fee paid", null=True),
        text("revert_reason", "decoded reason of a revert", null=True),
        text("outcome", "included, expired, dropped or pending"),
        text("visit_id", "visit it belongs to", null=True),
        _CANONICAL,
        _REMOVED,
    ),
)

VISITS = TableSchema(
    "visits",
    "A row a visit that was tried: one encounter of one patient at one provider.",
    ("started_at_s", "visit_id"),
    (
        text("visit_id", "name of the visit"),
        text("patient_id", "the patient"),
        text("provider_id", "the provider"),
        text("provider_name", "the provider's name in the histories"),
        text("encounter_class", "FHIR class code of the encounter"),
        text("encounter_type", "what kind of encounter it was"),
        text("direction", "institution: the desk shows the code; ticket: the patient does"),
        real("started_at_s", "s", "start of the encounter"),
        real("ended_at_s", "s", "end of the encounter"),
        real("scanned_at_s", "s", "when the QR code was read", null=True),
        real("checked_in_at_s", "s", "timestamp of the block with the successful check-in", null=True),
        real("anchored_at_s", "s", "timestamp of the block with the record's root", null=True),
        real("credited_at_s", "s", "timestamp of the block that credited the points", null=True),
        text("outcome", "complete, or why it ended earlier"),
        whole("resources", "1", "FHIR resources in the record"),
        whole("record_bytes", "bytes", "size of the record in clear"),
        whole("ciphertext_bytes", "bytes", "size of the record in the vault"),
        text("record_id", "identity of the anchored record", null=True),
        text("root", "salted Merkle root of the record", null=True),
        whole("gas_gas", "gas", "gas of all its transactions, failed ones too"),
        whole("fee_sat", "sat", "fees of all its transactions, whoever paid"),
        whole("patient_points", "MP", "Medi Points credited to the patient"),
        whole("provider_points", "MP", "Medi Points credited to the provider"),
    ),
)

SHARES = TableSchema(
    "shares",
    "A row a presentation of a record at a provider.",
    ("presented_at_s", "share_id"),
    (
        text("share_id", "name of the presentation"),
        text("visit_id", "visit at which it was presented", null=True),
        text("patient_id", "the patient who presents"),
        text("from_provider_id", "provider who issued the record"),
        text("to_provider_id", "provider who verifies it"),
        text("record_id", "identity of the presented record"),
        real("presented_at_s", "s", "when it was presented"),
        text("origin", "honest or forged"),
        whole("leaves", "1", "leaves disclosed"),
        whole("proof_bytes", "bytes", "size of the disclosure with its proofs"),
        flag("accepted", "the verifier accepted it"),
        text("reason", "why it was accepted or rejected"),
        flag("repeat_test_avoided", "a test was not repeated because the record was accepted"),
        real("credited_at_s", "s", "timestamp of the block that credited points for it", null=True),
        whole("patient_points", "MP", "Medi Points credited to the patient"),
        whole("issuer_points", "MP", "Medi Points credited to the provider who issued the record"),
        whole("acceptor_points", "MP", "curation points credited to the provider who accepted it"),
    ),
)

EPOCHS = TableSchema(
    "epochs",
    "A row an epoch of the reward pool that was closed.",
    ("epoch",),
    (
        whole("epoch", "1", "number of the epoch"),
        real("starts_at_s", "s", "start of the epoch"),
        real("closed_at_s", "s", "timestamp of the block that closed it"),
        whole("points", "MP", "Medi Points credited in it, to authors: for visits, and for records shared"),
        whole("curation_points", "MP", "Medi Points credited in it to those who accepted shared records"),
        whole("emission_med_units", "10^-8 MED", "new MED of the epoch"),
        whole(
            "budget_med_units",
            "10^-8 MED",
            "emission and what was carried into the epoch; equal to paid, dust carried on, diverted and unpaid "
            "together",
        ),
        whole("paid_med_units", "10^-8 MED", "paid to accounts"),
        whole("dust_med_units", "10^-8 MED", "left over and carried on, as the contract announced it"),
        whole("diverted_med_units", "10^-8 MED", "earned by nobody, and burned or sent to the treasury"),
        whole("unpaid_med_units", "10^-8 MED", "neither paid nor carried on when the run ended"),
        whole("accounts", "1", "accounts paid"),
    ),
)

REWARDS = TableSchema(
    "rewards",
    "A row a payment of MED for the points of one owner in one epoch.",
    ("epoch", "owner_id"),
    (
        whole("epoch", "1", "epoch the points were earned in"),
        text("owner_id", "who was paid"),
        text("role", "role of the owner"),
        whole("points", "MP", "Medi Points converted, as an author"),
        whole("curation_points", "MP", "Medi Points converted, for accepting shared records"),
        whole("amount_med_units", "10^-8 MED", "amount earned"),
        whole("vested_med_units", "10^-8 MED", "part of it that stays in the pool and vests"),
        real("paid_at_s", "s", "timestamp of the block that paid"),
        whole("block_number", "1", "height of the block that paid"),
    ),
)

BALANCES = TableSchema(
    "balances",
    "A row an owner: what it held at the start and at the end of the run.",
    ("role", "owner_id"),
    (
        text("owner_id", "the owner (an agent, not an address)"),
        text("role", ", ".join(OWNER_ROLES)),
        whole("opening_med_units", "10^-8 MED", "MED in its account at the start"),
        whole(
            "closing_med_units",
            "10^-8 MED",
            "MED in its account at the end; of the reward pool without what vests for others",
        ),
        whole(
            "opening_bound_med_units",
            "10^-8 MED",
            "MED that is its own while a contract holds it, at the start: locked purchases, grants to the team",
        ),
        whole(
            "closing_bound_med_units",
            "10^-8 MED",
            "MED that is its own while a contract holds it, at the end, votes and vesting rewards included",
        ),
        whole("opening_qtum_sat", "sat", "native coin in its account at the start"),
        whole("closing_qtum_sat", "sat", "native coin in its account at the end"),
    ),
)

SUPPLY = TableSchema(
    "supply",
    "A row a day and one at each bound of the window: supply by holder class and native coin, at the tip.",
    ("time_s",),
    (
        real("time_s", "s", "when it was read"),
        whole("supply_med_units", "10^-8 MED", "total supply"),
        whole("minted_med_units", "10^-8 MED", "minted since the beginning, the opening supply included"),
        whole("burned_med_units", "10^-8 MED", "burned since the beginning"),
        whole("patients_med_units", "10^-8 MED", "held by patients"),
        whole("providers_med_units", "10^-8 MED", "held by providers"),
        whole("treasury_med_units", "10^-8 MED", "held by the treasury"),
        whole("pool_med_units", "10^-8 MED", "held by the reward pool"),
        whole("sale_med_units", "10^-8 MED", "held by the sale, to be sold"),
        whole("locked_med_units", "10^-8 MED", "held by the lock of what was bought"),
        whole("vesting_med_units", "10^-8 MED", "held by the team's vesting"),
        whole("staked_med_units", "10^-8 MED", "held by staking, for votes and validators"),
        whole("escrow_med_units", "10^-8 MED", "held by data deals and insurance"),
        whole("holders_med_units", "10^-8 MED", "held by everybody else"),
        whole("issued_qtum_sat", "sat", "native coin issued, real and simulated owners together"),
        whole("staked_qtum_sat", "sat", "native coin staked"),
    ),
)

SALE = TableSchema(
    "sale",
    "A row a purchase that was sent to the sale before the run.",
    ("bought_at_s", "owner_id"),
    (
        text("owner_id", "the buyer"),
        text("country", "where the buyer lives: Korea, or another by its rank"),
        text("phase", "first presale, second presale or main sale"),
        real("bought_at_s", "s", "timestamp of the block that holds it, before the run's start"),
        whole("block_number", "1", "height of the block that holds it"),
        whole("offered_sat", "sat", "native coin sent along"),
        whole("paid_sat", "sat", "native coin kept; the rest came back"),
        whole("med_units", "10^-8 MED", "MED bought, bonus included"),
        whole("locked_med_units", "10^-8 MED", "what of it was locked"),
        text("outcome", "bought, cut (a cap left room for a part), or the error that refused it"),
    ),
)

VESTING = TableSchema(
    "vesting",
    "A row a lock of a purchase, or a part of a grant to the team: when it falls due, and what became of it.",
    ("due_at_s", "source", "owner_id", "part"),
    (
        text("owner_id", "whose MED it is"),
        text("source", "the phase in which it was bought, or team"),
        whole("part", "1", "which part of a grant, from 1; of a purchase 1"),
        real("due_at_s", "s", "from when it may be released"),
        whole("amount_med_units", "10^-8 MED", "what it holds"),
        real("ended_at_s", "s", "timestamp of the block that released it or took it back", null=True),
        text("outcome", "locked, released or taken back, at the end of the run"),
    ),
)

STAKERS = TableSchema(
    "stakers",
    "A row a staker.",
    ("owner_id",),
    (
        text("owner_id", "the staker"),
        whole("opening_stake_sat", "sat", "stake at the start"),
        whole("closing_stake_sat", "sat", "stake at the end"),
        real("mature_share", "share", "its share of all mature stake at the end"),
        real(
            "weight_share",
            "share",
            "its share of the mature stake of every block of the run together: its expected share of the blocks",
        ),
        text("region", "where its node is; null with one network view", null=True),
        whole("blocks", "blocks", "canonical blocks it proposed during the run"),
        whole("stale_blocks", "blocks", "others it made; null with one network view", null=True),
        whole("missed_blocks", "blocks", "turns it missed; null with one network view", null=True),
        whole("reward_sat", "sat", "subsidy and fees it received during the run"),
    ),
)

GAS = TableSchema(
    "gas",
    "A row an act: what its successful calls on the canonical chain cost.",
    ("act",),
    (
        text("act", "the act, as in transactions"),
        whole("calls", "1", "successful calls"),
        whole("gas_min", "gas", "cheapest call"),
        real("gas_mean", "gas", "mean call"),
        whole("gas_max", "gas", "dearest call"),
    ),
)

GOVERNANCE = TableSchema(
    "governance",
    "A row a proposal that the scenario plans, and what became of it.",
    ("proposal",),
    (
        whole("proposal", "1", "its number in the scenario, from 0"),
        text(
            "parameter", "the governed parameter: block_gas_limit_gas, minimum_gas_price_sat or reward_curve"
        ),
        text("value", "its proposed value, in the unit that its name ends in"),
        text("previous", "what held when it was proposed; empty where it was not"),
        text("outcome", "executed, defeated, refused with a reason, or how far it had come"),
        real("proposed_at_s", "s", "timestamp of the block with the proposal", null=True),
        real(
            "voting_from_s", "s", "when votes are counted as they then lie; they are cast after it", null=True
        ),
        real("voting_until_s", "s", "the last second of the vote", null=True),
        real("queued_at_s", "s", "timestamp of the block from which it waited in the timelock", null=True),
        real("executed_at_s", "s", "timestamp of the block that executed it", null=True),
        whole(
            "effective_block_number", "1", "the first block under a new gas limit or minimum price", null=True
        ),
        whole("voters", "1", "owners whose votes were cast"),
        whole("for_med_units", "10^-8 MED", "votes for it"),
        whole("against_med_units", "10^-8 MED", "votes against it"),
        whole("abstaining_med_units", "10^-8 MED", "votes that abstained"),
        whole("quorum_med_units", "10^-8 MED", "votes for and abstaining that it needed", null=True),
        whole("gas_gas", "gas", "gas of its proposal, votes, queueing and execution, failed ones too"),
        whole("fee_sat", "sat", "fees of these, whoever paid"),
    ),
)

SCHEMAS: Mapping[str, TableSchema] = MappingProxyType(
    {
        schema.name: schema
        for schema in (
            BLOCKS, TRANSACTIONS, VISITS, SHARES, EPOCHS, REWARDS, BALANCES, SUPPLY, STAKERS, GAS,
            GOVERNANCE, SALE, VESTING, REORGANISATIONS, PROPAGATION, FAULTS,
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
