"""The tables of a stress test: columns, types, units and meaning, declared once.

Loads and rates are visits a second unless a column says otherwise; a visit counts as served when all its papers
are on the canonical chain. Fees are multiples of the least gas price that the chain takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sim.metrics.schema import Column, Kind, TableSchema


def _whole(name: str, unit: str, doc: str, *, null: bool = False) -> Column:
    return Column(name, Kind.WHOLE, unit, doc, null)


def _real(name: str, unit: str, doc: str, *, null: bool = False) -> Column:
    return Column(name, Kind.REAL, unit, doc, null)


def _text(name: str, doc: str, *, null: bool = False) -> Column:
    return Column(name, Kind.TEXT, "", doc, null)


def _flag(name: str, doc: str) -> Column:
    return Column(name, Kind.FLAG, "", doc)


_RATE = "visits/s"

STEPS = TableSchema(
    "steps",
    "A row a protocol, batching and load.",
    ("protocol", "batching", "offered_visits_per_s"),
    (
        _text("protocol", "name of the protocol"),
        _text("batching", "what stands in batches, `none` for nothing"),
        _real("offered_visits_per_s", _RATE, "the load that was set"),
        _real("submitted_visits_per_s", _RATE, "what came of it in the window"),
        _real("served_visits_per_s", _RATE, "on the canonical chain by the window's blocks"),
        _real("served_error_visits_per_s", _RATE, "standard error of the served rate, by batch means"),
        _real("served_share", "1", "served over submitted"),
        _real("acts_per_s", "tx/s", "transactions on the canonical chain"),
        _real("gas_per_s", "gas/s", "gas of the canonical chain's blocks"),
        _whole("blocks", "blocks", "canonical blocks of the window"),
        _real("window_s", "s", "length of the window"),
        _real("interval_mean_s", "s", "mean interval of these blocks"),
        _real("visits_per_block", "visits", "served visits a block"),
        _real("fullness", "1", "used over limit, of the resource of which most is used", null=True),
        _text("fullest_resource", "that resource", null=True),
        _real("latency_p50_s", "s", "submission to finality; null beyond every wait that ended", null=True),
        _real("latency_p90_s", "s", "the same, 90th percentile", null=True),
        _real("latency_p99_s", "s", "the same, 99th percentile, also null below 299 acts", null=True),
        _whole("never_final_tx", "tx", "acts submitted in the window that did not become final"),
        _real("mempool_mean_tx", "tx", "acts waiting when a block was filled, mean over blocks"),
        _whole("mempool_max_tx", "tx", "the most of them"),
        _real("backlog_tx_per_s", "tx/s", "what the waiting acts grew by"),
        _whole("evicted_tx", "tx", "acts that a full pool let go"),
        _whole("expired_tx", "tx", "acts that waited too long"),
        _real("fee_p10", "1", "10th percentile of the prices that blocks took", null=True),
        _real("fee_p50", "1", "median of the prices", null=True),
        _real("fee_p90", "1", "90th percentile", null=True),
        _real("fee_least", "1", "the least price that a block took", null=True),
        _real("orphan_share", "1", "blocks on nobody's chain over all blocks"),
        _whole("reorganisation_max_blocks", "blocks", "the most blocks that a node gave up at once"),
        _real("propagation_p90_s", "s", "mean time until nine of ten nodes have a block", null=True),
        _real("block_mean_bytes", "bytes", "mean size of a block"),
        _flag("final", "at least half of the canonical blocks became final"),
        _flag("diverged", "branches of the chain ran side by side for good, and the step ended early"),
        _flag("overrun", "blocks held more gas a second than a node executes"),
        _flag("carried", "the load is one that the chain carries"),
    ),
)

KNEES = TableSchema(
    "knees",
    "A row a protocol and batching: where it saturates, and the capacity law beside it.",
    ("protocol", "batching"),
    (
        _text("protocol", "name of the protocol"),
        _text("batching", "what stands in batches, `none` for nothing"),
        _whole("place", "1", "place in the order in which the scenario names protocols"),
        _real("knee_visits_per_s", _RATE, "the largest load that is carried; null where all were", null=True),
        _real("knee_error_visits_per_s", _RATE, "its standard error", null=True),
        _text("limited_by", "rules, network or execution: what the first load beyond ran into", null=True),
        _real("largest_load_visits_per_s", _RATE, "the largest load that was tried"),
        _real("law_visits_per_s", _RATE, "what the rules can carry; null where no rule limits", null=True),
        _whole("law_visits_per_block", "visits", "floor(limit / use a visit)", null=True),
        _text("law_resource", "the resource that binds in the law", null=True),
        _real("interval_mean_s", "s", "mean interval that the rules give without load"),
        _real("interval_deviation_s", "s", "its standard deviation"),
        _real("interval_error_s", "s", "standard error of the mean"),
        _real("gap_share", "1", "knee over law, less 1", null=True),
        _real("filling_factor", "1", "visits a block just beyond the knee over the law's", null=True),
        _real("orphan_factor", "1", "share of blocks just beyond the knee that count", null=True),
        _real("pace_factor", "1", "law's interval over that of all blocks just beyond the knee", null=True),
        _real("gas_per_visit", "gas", "gas that a visit takes with all it brings"),
        _real("bytes_per_visit", "bytes", "bytes that it takes"),
        _real("cpu_per_visit", "CPU", "CPU units that it takes where a chain counts them"),
        _real("acts_per_visit", "tx", "transactions that it brings"),
        _real("peak_ratio", "1", "the nation's peak over the knee", null=True),
    ),
)

GRID = TableSchema(
    "grid",
    "A row a saturated chain with another block limit or interval.",
    ("protocol", "limit_factor", "interval_factor"),
    (
        _text("protocol", "name of the protocol"),
        _real("limit_factor", "1", "block limit over the protocol's"),
        _real("interval_factor", "1", "block interval over the protocol's"),
        _whole("limit", "1", "the limit itself, in units of its resource"),
        _text("resource", "the resource that binds in the law", null=True),
        _real("interval_mean_s", "s", "mean interval that the rules give without load"),
        _real("law_visits_per_s", _RATE, "what the rules can carry", null=True),
        _real("served_visits_per_s", _RATE, "what was served of a third more than that"),
        _real("served_error_visits_per_s", _RATE, "its standard error"),
        _real("orphan_share", "1", "blocks on nobody's chain over all blocks"),
        _flag("final", "at least half of the canonical blocks became final"),
        _flag("diverged", "branches of the chain ran side by side for good"),
        _flag("overrun", "blocks held more gas a second than a node executes"),
    ),
)

ACTS = TableSchema(
    "acts",
    "A row a kind of act and batching: gas and bytes as measured on the EVM.",
    ("batching", "stream", "act"),
    (
        _text("batching", "what stands in batches, `none` for nothing"),
        _text("stream", "acts of one stream are sent together"),
        _text("act", "the act"),
        _real("per_visit", "tx/visit", "how many of them a visit brings"),
        _whole("gas", "gas", "gas of one"),
        _whole("gas_limit_gas", "gas", "gas limit that its sender sets"),
        _whole("size_bytes", "bytes", "encoded bytes of one"),
        _whole("cpu", "CPU", "CPU units of one on a chain that counts them"),
    ),
)

CLAIMS = TableSchema(
    "claims",
    "A row a published claim.",
    ("claim",),
    (
        _text("claim", "what is claimed"),
        _text("source", "where"),
        _text("unit", "unit of the figures"),
        _real("claimed_least", "1", "the least that is claimed"),
        _real("claimed_most", "1", "the most that is claimed"),
        _real("measured", "1", "what was measured"),
        _real("error", "1", "its standard error"),
        _flag("holds", "whether the measurement reaches 95 % of the least"),
        _text("remark", "what the measurement rests on"),
    ),
)

STRESS_SCHEMAS: Mapping[str, TableSchema] = MappingProxyType(
    {schema.name: schema for schema in (STEPS, KNEES, GRID, ACTS, CLAIMS)}
)
"""Every table of a stress test by name; a stress directory has all of them, empty ones too."""
