"""Numbers of the protocols other than Qtum's; each chapter is read where `chain.protocol` is of its kind."""

from __future__ import annotations

from typing import ClassVar, Final

from pydantic import field_validator

from sim.scenario.parameter import Chapter, number

_GENESIS: Final = "medibloc/panacea-mainnet: panacea-1/genesis.json"
_TEST_CHAIN: Final = "medibloc/go-medibloc 84d53aa"
SEATS_STEP: Final = 3


class Dpos(Chapter):
    """`[dpos]`"""

    doc: ClassVar[str] = (
        "MediBloc's own test chain (`medibloc-dpos`): elected producers, points instead of fees."
    )

    producers: int = number(
        21,
        between=(3, 1_000),
        unit="owners",
        grade="S",
        source=f"{_TEST_CHAIN}: 21 producers in the genesis",
        doc="Candidates who stake and vote for themselves; the strongest are seated.",
    )
    dynasty_seats: int = number(
        21,
        between=(3, 21),
        unit="seats",
        step=", a multiple of 3",
        grade="S",
        source=f"{_TEST_CHAIN}: consensus/dpos/types.go",
        doc="Seats of a dynasty, each with one slot in it.",
    )
    slot_s: int = number(
        3,
        between=(1, 3_600),
        unit="s",
        grade="S",
        source=f"{_TEST_CHAIN}: consensus/dpos/types.go",
        doc="Length of a slot.",
    )
    staked_share: float = number(
        0.42,
        between=(0.001, 0.95),
        unit="1",
        grade="S",
        source=f"{_TEST_CHAIN}: its genesis has 21 producers with 100 M MED each, of 5,000 M",
        doc="Share of the opening supply that the producers stake, collaterals included, together; "
        "staking.zipf_exponent deals it out.",
    )
    payer_stake_med: int = number(
        1_000,
        between=(1, 1_000_000_000),
        unit="MED",
        grade="U",
        source="chosen: who pays for health acts stakes for points, since they regenerate with stake; how much "
        "anybody staked for them was not published",
        plausible=(100, 100_000),
        doc="What each provider, the foundation's sponsor and its certifier stake for points.",
    )
    points_regeneration_days: int = number(
        7,
        between=(1, 366),
        unit="days",
        grade="S",
        source=f"{_TEST_CHAIN}: core/types.go",
        doc="In how long a stake brings its whole worth in points back.",
    )
    cpu_limit: int = number(
        3_000_000,
        between=(1_500, 10**12),
        unit="CPU",
        grade="S",
        source=f"{_TEST_CHAIN}: core/types.go",
        doc="CPU units of a block; a contract call takes a record's 1,500.",
    )
    net_limit_bytes: int = number(
        3_000_000,
        between=(10_000, 10**12),
        unit="bytes",
        grade="S",
        source=f"{_TEST_CHAIN}: core/types.go",
        doc="Bytes of a block.",
    )
    reward_numerator: int = number(
        464,
        between=(0, 1_000_000),
        unit="10^-11",
        grade="S",
        source=f"{_TEST_CHAIN}: consensus/dpos/dpos.go",
        doc="What a block pays its producer, in 10^-11 of the supply before it, where the protocol mints.",
    )

    @field_validator("dynasty_seats")
    @classmethod
    def _seats_in_threes(cls, seats: int) -> int:
        if seats % SEATS_STEP:
            raise ValueError("no multiple of 3")
        return seats


class Bft(Chapter):
    """`[bft]`"""

    doc: ClassVar[str] = "Panacea (`panacea-bft`): validators vote on each block, gas is paid in MED."

    validators: int = number(
        21,
        between=(1, 500),
        unit="owners",
        grade="S",
        source=_GENESIS,
        doc="Owners who bond MED and vote.",
    )
    staked_share: float = number(
        0.67,
        between=(0.001, 0.95),
        unit="1",
        grade="S",
        source=f"{_GENESIS}: the share of the supply that its inflation aims at",
        doc="Share of the opening supply that the validators bond; staking.zipf_exponent deals it out.",
    )
    payer_purse_med: int = number(
        10_000,
        between=(1, 1_000_000_000),
        unit="MED",
        grade="U",
        source="chosen: enough for some thousand acts; who would have paid for health acts was not published",
        plausible=(1_000, 1_000_000),
        doc="MED that each provider, the foundation's sponsor and its certifier have in hand for gas at the start.",
    )
    gas_price_med_units: int = number(
        500,
        between=(0, 10_000_000),
        unit="10^-8 MED/gas",
        grade="S",
        source="medibloc/panacea-core v2.2.0: cmd/panacead/cmd/init.go, least price of 5 umed",
        doc="What every act pays for each gas that it asks for, used or not.",
    )
    commit_pause_s: float = number(
        5.0,
        between=(0.0, 3_600.0),
        unit="s",
        grade="S",
        source="medibloc/panacea-core v2.2.0: cmd/panacead/cmd/root.go",
        doc="Pause after a block was committed before the next is proposed; on one view a block takes a second more.",
    )
    block_limit_bytes: int = number(
        4_194_304,
        between=(10_000, 104_857_600),
        unit="bytes",
        grade="S",
        source=_GENESIS,
        doc="Largest size of a block; gas is unlimited.",
    )
    inflation: float = number(
        0.05,
        between=(0.0, 1.0),
        unit="1/year",
        grade="S",
        source=_GENESIS,
        doc="Yearly inflation at the start, where the protocol mints.",
    )
    inflation_minimum: float = number(
        0.04,
        between=(0.0, 1.0),
        unit="1/year",
        grade="S",
        source=_GENESIS,
        doc="Least yearly inflation.",
    )
    inflation_maximum: float = number(
        0.06,
        between=(0.0, 1.0),
        unit="1/year",
        grade="S",
        source=_GENESIS,
        doc="Largest yearly inflation.",
    )
    assumed_block_s: float = number(
        1.0,
        between=(0.1, 3_600.0),
        unit="s",
        grade="S",
        source=f"{_GENESIS}: 31,557,600 blocks a year",
        doc="Length of a block by which a year's inflation is divided, however long blocks really take.",
    )
    signed_window_blocks: int = number(
        10_000,
        between=(1, 10_000_000),
        unit="blocks",
        grade="S",
        source=_GENESIS,
        doc="Blocks over which it is counted who was away.",
    )
    minimum_signed_share: float = number(
        0.05,
        between=(0.0, 1.0),
        unit="1",
        grade="S",
        source=_GENESIS,
        doc="Share of such a window that a validator must sign.",
    )
    downtime_jail_s: int = number(
        600,
        between=(0, 31_536_000),
        unit="s",
        grade="S",
        source=_GENESIS,
        doc="How long who signed too little is out.",
    )
    downtime_slash_share: float = number(
        0.01,
        between=(0.0, 1.0),
        unit="1",
        grade="S",
        source=f"{_GENESIS}; later 0.01 %",
        doc="What it loses of its stake, which is burned.",
    )
    double_sign_slash_share: float = number(
        0.05,
        between=(0.0, 1.0),
        unit="1",
        grade="S",
        source=_GENESIS,
        doc="What who signed two blocks of one height loses of its stake, which is burned; it never votes again.",
    )


class Lottery(Chapter):
    """`[lottery]`"""

    doc: ClassVar[str] = "A plain lottery by share (`poisson`, `ethereum-2018`)."

    miners: int = number(
        9,
        between=(1, 10_000),
        unit="owners",
        grade="U",
        source="a round of known answers has nine (darosior/miningsimulation: README); how many pools stood behind "
        "Ethereum's blocks of 2018 is not modelled",
        plausible=(5, 100),
        doc="Owners who take part; staking.zipf_exponent deals the shares out.",
    )
    interval_s: float = number(
        0.0,
        between=(0.0, 86_400.0),
        unit="s",
        grade="S",
        source="600 s is Bitcoin's target; 14.3 s the average of Ethereum's blocks in October 2018",
        doc="Mean distance of blocks; 0 for the preset's own, 600 s of `poisson` and 14.3 s of `ethereum-2018`.",
    )
    gas_limit_gas: int = number(
        8_000_000,
        between=(1_000_000, 1_000_000_000),
        unit="gas",
        grade="S",
        source="Ethereum's blocks of October 2018",
        doc="Gas that a block may use; nobody governs it on chain.",
    )
    gas_price_sat: int = number(
        1,
        between=(0, 10_000),
        unit="sat/gas",
        grade="U",
        source="Ethereum's usual prices of October 2018 were around 10 gwei, which is 1 here",
        plausible=(1, 5),
        doc="Gas price that every sender offers, where prices are fixed.",
    )


class Notary(Chapter):
    """`[notary]`"""

    doc: ClassVar[str] = "A log that one notary signs (`notary`): the counterfactual without a chain."

    batch_s: int = number(
        1,
        between=(1, 86_400),
        unit="s",
        grade="U",
        source="chosen: a server that answers within a second",
        plausible=(1, 60),
        doc="How often what has come in is signed.",
    )
