"""What happens at a provider: who pays the fees, how a patient checks in, what becomes of the record."""

from __future__ import annotations

from typing import ClassVar, Literal

from sim.scenario.parameter import Chapter, choice, number


class Providers(Chapter):
    """`[providers]`"""

    doc: ClassVar[str] = "Hospitals, clinics and pharmacies."

    opening_qtum: int = number(
        100,
        between=(0, 1_000_000),
        unit="QTUM",
        grade="D",
        source="check-in, anchor and credit of about 200,000 gas (218,000 under other curves and caps, more for "
        "whoever earns the first points) at 40 sat cost about 0.08 QTUM, so 100 QTUM pay for some 1,200 visits",
        doc="Native coin that each provider holds at the start.",
    )
    certification_days: int = number(
        1095,
        between=(1, 36_500),
        unit="days",
        grade="U",
        source="no rule was published for how long a certification holds; three years is a guess",
        plausible=(365, 3650),
        doc="How long a provider's certification lasts from the start of the run.",
    )


class Sponsor(Chapter):
    """`[sponsor]`"""

    doc: ClassVar[str] = "The foundation that may pay fees for others."

    opening_qtum: int = number(
        10_000,
        between=(0, 10_000_000),
        unit="QTUM",
        grade="D",
        source="at 0.08 QTUM a visit (see providers.opening_qtum) enough for 125,000 visits",
        doc="Native coin that the sponsor holds at the start.",
    )


class Fees(Chapter):
    """`[fees]`"""

    doc: ClassVar[str] = "Who pays for transactions, and how much."

    payer: Literal["provider", "sponsor"] = choice(
        "provider",
        grade="U",
        source="no published rule says who pays; patients cannot, because they hold no native coin",
        doc="Who sends and pays the patients' transactions, through the forwarder.",
    )
    gas_price_sat: int = number(
        40,
        between=(1, 10_000),
        unit="sat/gas",
        grade="S",
        source="qtumproject/qtum: src/qtum/qtumDGP.h, default minimum gas price",
        doc="Gas price that every sender offers on Qtum, where prices are fixed; at least "
        "chain.minimum_gas_price_sat.",
    )
    pricing: Literal["fixed", "estimated"] = choice(
        "fixed",
        grade="U",
        source="wallets of 2018 offered the minimum by default; whether people watched the market is not known",
        doc="Whether senders offer one price, or what an estimate from the pool and the last blocks says.",
    )
    target_blocks: int = number(
        3,
        between=(1, 100),
        unit="blocks",
        grade="U",
        source="a design choice: an act is wanted on chain well before the grace of a check-in is over",
        plausible=(1, 10),
        doc="How soon a sender wants its transaction included, where prices are estimated.",
    )
    price_ceiling_sat: int = number(
        400,
        between=(1, 1_000_000),
        unit="sat/gas",
        grade="U",
        source="no figure for what people would pay at most; ten times the minimum is a guess",
        plausible=(40, 4_000),
        doc="Price above which no sender goes, where prices are estimated; the minimum is paid in any case.",
    )


class CheckIn(Chapter):
    """`[checkin]`"""

    doc: ClassVar[str] = "The QR code that proves a visit."

    direction: Literal["institution", "ticket"] = choice(
        "institution",
        grade="S",
        source="the article of 2018 has the user scan a code at the hospital after the consultation; "
        "medium.com/medibloc 2017 has the nurse scan the patient's ticket",
        doc="Whose code is scanned: the institution's after the consultation, or the patient's ticket on "
        "arrival.",
    )
    rotation_s: int = number(
        30,
        between=(1, 86_400),
        unit="s",
        grade="U",
        source="not published; 30 s is the time step that RFC 6238 recommends for rotating one-time codes",
        plausible=(15, 300),
        doc="How long the institution shows one code before the next.",
    )
    ticket_validity_s: int = number(
        14_400,
        between=(60, 604_800),
        unit="s",
        grade="U",
        source="not published; four hours cover waiting and consultation",
        plausible=(1800, 86_400),
        doc="How long a patient's ticket may be scanned after it was made.",
    )
    grace_s: int = number(
        7200,
        between=(60, 604_800),
        unit="s",
        grade="U",
        source="a design choice: two hours are about fifty blocks of 144 s, so that care never waits for "
        "a block",
        plausible=(600, 86_400),
        doc="How long after the scan the contract still accepts the check-in.",
    )


class Records(Chapter):
    """`[records]`"""

    doc: ClassVar[str] = "The patient's vault and the anchored proofs."

    vault: Literal["memory", "sqlite"] = choice(
        "memory",
        grade="D",
        source="both hold the same ciphertexts; no result rests on it",
        doc="Where ciphertexts are kept during the run.",
    )
    validity_days: int = number(
        3650,
        between=(1, 36_500),
        unit="days",
        grade="D",
        source="ten years, as hospitals must keep charts in Korea (tests five, prescriptions two), so "
        "that proof and original end together",
        doc="How long an anchored record's proof is valid.",
    )


class Sharing(Chapter):
    """`[sharing]`"""

    doc: ClassVar[str] = "A patient shows an earlier record at the next institution."

    present_probability: float = number(
        0.6,
        between=(0.0, 1.0),
        unit="1",
        grade="U",
        source="no figure for showing records at the point of care; 44 of 70 patients used such an app in "
        "a trial (jmir.org/2020/8/e19657), 48.2 % would share for research (e-hir.org 1183)",
        plausible=(0.1, 0.9),
        doc="Chance that a patient who has a record from elsewhere shows it at a visit.",
    )
    forged_share: float = number(
        0.02,
        between=(0.0, 1.0),
        unit="1",
        grade="U",
        source="no figure for forged records; false provider claims are about 2 % of spending (datasom "
        "126603)",
        plausible=(0.0, 0.1),
        doc="Share of presentations that were tampered with.",
    )
    lookback_days: int = number(
        180,
        between=(1, 3650),
        unit="days",
        grade="U",
        source="no figure for how old a result may be before a test is repeated",
        plausible=(30, 365),
        doc="How old a record may be to be worth showing.",
    )
    disclosed_leaves: int = number(
        3,
        between=(1, 1000),
        unit="leaves",
        grade="U",
        source="no figure for how much of a record is shown",
        plausible=(1, 20),
        doc="How many parts of the record are disclosed at most; the others stay closed.",
    )
