"""The load that the stress test raises step by step: what a visit brings, how it is batched, how long a step is."""

from __future__ import annotations

from typing import ClassVar

from sim.scenario.parameter import Chapter, choice, number, text

_RUN_LENGTH = "only the width of the error bars depends on it"
_PROTOCOL = "[a-z]{2,12}(-[a-z0-9]{2,12})?"
_FACTOR = r"[0-9]{1,4}(\.[0-9]{1,4})?"


class Stress(Chapter):
    """`[stress]`"""

    doc: ClassVar[str] = "What `medsim stress` loads the chains with, and how; a run does not read it."

    protocols: str = text(
        "qtum-2018 qtum-2021 medibloc-dpos panacea-bft ethereum-2018 notary",
        length=(6, 200),
        pattern=f"^{_PROTOCOL}( {_PROTOCOL})*$",
        accepts="names of protocols with a space between (`medsim protocol list`)",
        grade="D",
        source="the chains MediBloc's system ran on or was compared with; a choice of what to measure",
        doc="Which protocols are loaded, in this order.",
    )
    grants_per_visit: float = number(
        0.1,
        between=(0.0, 1.0),
        unit="acts/visit",
        grade="U",
        source="no figure; patients of a trial logged in 5 times in 34 days (jmir.org/2020/8/e19657), and half of "
        "people are reluctant to share (e-hir.org 1183)",
        plausible=(0.01, 0.5),
        doc="Consents that patients grant.",
    )
    shares_per_visit: float = number(
        0.1,
        between=(0.0, 1.0),
        unit="acts/visit",
        grade="U",
        source="no figure; as many as consents that are granted",
        plausible=(0.01, 0.5),
        doc="Records of another institution that a visit's institution accepts and is credited for.",
    )
    claims_per_visit: float = number(
        0.13,
        between=(0.0, 1.0),
        unit="acts/visit",
        grade="D",
        source="200 claimable events per 100 insured and half-year, of which 17 % are not claimed (KIRI in hankyung "
        "2018100704791), 66 % of people insured (fntimes), 17 visits a year: 4 x 0.83 x 0.66 / 17",
        doc="Insurance claims that patients file, all of them on chain.",
    )
    submissions_per_visit: float = number(
        0.02,
        between=(0.0, 1.0),
        unit="acts/visit",
        grade="U",
        source="no figure for what a data market would buy",
        plausible=(0.0, 0.2),
        doc="Records that patients submit to deals of the data market.",
    )
    transfers_per_visit: float = number(
        0.1,
        between=(0.0, 1.0),
        unit="acts/visit",
        grade="U",
        source="no figure; token transfers by people who were rewarded",
        plausible=(0.0, 1.0),
        doc="Transfers of MED.",
    )
    batch_size: int = number(
        16,
        between=(1, 64),
        unit="visits",
        grade="U",
        source="a clinic of 60 patients a day (medicaltimes 97882) fills four such batches a day",
        plausible=(4, 64),
        doc="Visits of one provider that go into a batch where batches are used.",
    )
    batch_check_ins: bool = choice(
        True,
        grade="D",
        source="a lever of the system; what it gains is what the stress test measures",
        doc="Whether the loads with batching put check-ins into batches.",
    )
    batch_records: bool = choice(
        True,
        grade="D",
        source="a lever of the system; what it gains is what the stress test measures",
        doc="Whether the loads with batching put records into batches.",
    )
    batch_credits: bool = choice(
        True,
        grade="D",
        source="a lever of the system; what it gains is what the stress test measures",
        doc="Whether the loads with batching credit a batch's visits with one transaction.",
    )
    gas_headroom: float = number(
        1.5,
        between=(1.0, 4.0),
        unit="1",
        grade="U",
        source="wallets set a limit above what they expect to use, lest an act fails: commonly a fifth to a half more",
        plausible=(1.1, 2.3),
        doc="Gas limit of a transaction over what it uses; it must be free in the block, and is given back.",
    )
    bid_premium: float = number(
        0.5,
        between=(0.0, 100.0),
        unit="1",
        grade="U",
        source="no figure for what users of such a chain would bid",
        plausible=(0.1, 3.0),
        doc="What people bid above the least gas price, as a share of it: exponential with this mean.",
    )
    background: bool = choice(
        True,
        grade="D",
        source="[background] describes Qtum's own traffic; on the other chains there is none here",
        doc="Whether others use the Qtum chains as [background] says.",
    )
    national_peak_visit_rate: float = number(
        193.0,
        between=(0.001, 100_000.0),
        unit="visits/s",
        grade="D",
        source="17.0 consultations a head and year (koreaherald 20181106000883), 51.41 M insured "
        "(opendata.hira.or.kr 03-035), a 5.5-day week, Monday x 1.07 (khanews 9403), busiest hour 21.3 % (joongang "
        "2394007)",
        doc="Visits of the whole nation in the busiest hour of a Monday: the line in every figure.",
    )
    blocks_per_step: int = number(
        1_500,
        between=(40, 1_000_000),
        unit="blocks",
        grade="D",
        source=_RUN_LENGTH,
        doc="Blocks over which a step of load is measured.",
    )
    warmup_blocks: int = number(
        150,
        between=(10, 100_000),
        unit="blocks",
        grade="D",
        source=_RUN_LENGTH,
        doc="Blocks before them that are not counted.",
    )
    most_acts_per_step: int = number(
        1_500_000,
        between=(1_000, 100_000_000),
        unit="acts",
        grade="D",
        source=_RUN_LENGTH + "; it bounds memory: chains with large blocks get fewer of them",
        doc="Acts after which a step ends with fewer blocks, but at least 60.",
    )
    interval_blocks: int = number(
        6_000,
        between=(100, 10_000_000),
        unit="blocks",
        grade="D",
        source=_RUN_LENGTH,
        doc="Blocks without load from which the mean interval of the capacity law is measured.",
    )
    gas_limit_factors: str = text(
        "0.25 1 4 25",
        length=(1, 60),
        pattern=f"^{_FACTOR}( {_FACTOR})*$",
        accepts="numbers with a space between",
        grade="D",
        source="a choice of what to measure; 25 is the most that votes on Qtum's chain allow: 1,000 M gas "
        "(qtumproject/qtum: src/qtum/qtumDGP.h)",
        doc="Multiples of the block gas limit at which saturated chains are measured.",
    )
    interval_factors: str = text(
        "0.25 0.5 1 2",
        length=(1, 60),
        pattern=f"^{_FACTOR}( {_FACTOR})*$",
        accepts="numbers with a space between",
        grade="D",
        source="a choice of what to measure",
        doc="Multiples of the block interval at which saturated chains are measured.",
    )
    plain_transfer_bytes: int = number(
        226,
        between=(60, 10_000),
        unit="bytes",
        grade="D",
        source="a payment of a Bitcoin-like chain with one input and two outputs: 10 + 148 + 2 x 34",
        doc="Size of a plain payment in coin on Qtum, for the published claim of 70 to 100 a second.",
    )
