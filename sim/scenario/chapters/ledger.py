"""The chain under the service: protocol and engine, mempool, stake."""

from __future__ import annotations

from typing import ClassVar, Literal

from sim.scenario.parameter import Chapter, choice, number


class Chain(Chapter):
    """`[chain]`"""

    doc: ClassVar[str] = "Protocol, engine and limits of the chain."

    protocol: Literal[
        "qtum-2018",
        "qtum-2021",
        "medibloc-dpos",
        "panacea-bft",
        "poisson",
        "ethereum-2018",
        "notary",
    ] = choice(
        "qtum-2018",
        grade="S",
        source="MediBloc's 2018 token was a QRC20; rules in qtumproject/qtum a395689: kernel/chainparams, "
        "pos, validation; medibloc/go-medibloc 84d53aa; medibloc/panacea-core",
        doc="The rules by which blocks are made: Qtum's until block 844,999 or its shorter blocks since, MediBloc's "
        "own test chain ([dpos]) or Panacea ([bft]), a plain lottery or Ethereum's blocks as one ([lottery]), or no "
        "chain at all ([notary]). Chapters of other protocols are not read.",
    )
    engine: Literal["pyevm", "revm", "auto"] = choice(
        "pyevm",
        grade="D",
        source="engines give the same receipts and roots; no result rests on it",
        doc="What executes the contracts: the reference, the fast engine (`make native` builds it), or the fast "
        "one where it is built.",
    )
    signing: Literal["full", "trusted"] = choice(
        "full",
        grade="D",
        source="both give the same receipts and digest; no result rests on it",
        doc="Whether each transaction is signed and recovered, or its sender believed, for speed.",
    )
    state_roots: Literal["every-block", "end"] = choice(
        "every-block",
        grade="D",
        source="receipts, gas and states are the same; hashes in place of roots make other block hashes",
        doc="How often roots of states, transactions and receipts are taken: in every block, as Ethereum's rules "
        "want it, or once at the end of the run, for speed. The reference engine takes them in every block.",
    )
    kernel: Literal["sampled", "hashed"] = choice(
        "sampled",
        grade="D",
        source="the sampled kernel draws from the distribution that hashing gives",
        doc="How the stake lottery is played: drawn from its distribution, or hashed coin by coin (at "
        "most 1,000 coins).",
    )
    confirmation_depth_blocks: int = number(
        10,
        between=(1, 1000),
        unit="blocks",
        grade="S",
        source="qtumproject/qtum: src/qt/transactionrecord.h, recommended number of confirmations",
        doc="Blocks on top of a transaction's own, itself included, at which people take it for final, where the "
        "protocol's rules make nothing final.",
    )
    gas_limit_gas: int = number(
        40_000_000,
        between=(1_000_000, 1_000_000_000),
        unit="gas",
        grade="S",
        source="qtumproject/qtum: src/qtum/qtumDGP.h, default 40 M, on-chain vote from 1 M to 1,000 M",
        doc="Gas that a block of Qtum may use, as governance finds it.",
    )
    minimum_gas_price_sat: int = number(
        40,
        between=(1, 10_000),
        unit="sat/gas",
        grade="S",
        source="qtumproject/qtum: src/qtum/qtumDGP.h, default 40 sat, on-chain vote from 1 to 10,000",
        doc="Gas price below which no node of Qtum takes a transaction, as governance finds it.",
    )
    opening_height: int = number(
        238_000,
        between=(5510, 25_000_000),
        unit="blocks",
        grade="D",
        source="blocks 32,615 (2017-10-24) and 98,677 (2018-02-11) of the main network (jb395official on "
        "medium.com, 2018-10-31) are 144 s apart on average; at that pace 2018-10-01 is near 238,000. "
        "Rules are equal from 5,510 to 466,599",
        doc="Height of the block on which the run builds, on Qtum; sets subsidy and coin issued.",
    )
    state_retention_blocks: int = number(
        256,
        between=(16, 100_000),
        unit="blocks",
        grade="D",
        source="only memory depends on it; no result rests on it",
        doc="How many blocks with transactions keep their old state before it is pruned.",
    )


class Mempool(Chapter):
    """`[mempool]`"""

    doc: ClassVar[str] = "Where transactions wait for a block."

    account_limit_tx: int = number(
        4096,
        between=(1, 1_000_000),
        unit="tx",
        grade="U",
        source="4,096 is the bound of MediBloc's own testnet (medibloc/go-medibloc 84d53aa); Qtum has "
        "none by account, but lets only 25 unconfirmed transactions spend each other (src/validation.h)",
        plausible=(25, 65_536),
        doc="Transactions of one sender that may wait at once.",
    )
    limit_tx: int = number(
        100_000,
        between=(1, 10_000_000),
        unit="tx",
        grade="U",
        source="Qtum bounds bytes, not transactions; at about 800 bytes each 100,000 stay below the 300 "
        "MB that Bitcoin's code, Qtum's base, allows",
        plausible=(5000, 400_000),
        doc="Transactions that may wait in all; beyond it the cheapest leave.",
    )
    replacement_bump_percent: int = number(
        10,
        between=(0, 1000),
        unit="%",
        grade="U",
        source="no figure for Qtum's contract transactions; 10 % is the custom of Ethereum's nodes",
        plausible=(5, 25),
        doc="How much dearer a transaction must be to replace one of the same sender and nonce.",
    )
    expiry_s: int = number(
        1_209_600,
        between=(60, 31_536_000),
        unit="s",
        grade="S",
        source="qtumproject/qtum: src/validation.h, default mempool expiry of 336 hours",
        doc="How long a transaction waits before it is dropped.",
    )


class Staking(Chapter):
    """`[staking]`"""

    doc: ClassVar[str] = "Who makes the blocks on Qtum, and with how much coin."

    stakers: int = number(
        100,
        between=(1, 10_000),
        unit="owners",
        grade="U",
        source="about 900 to 1,100 addresses staked in a week of 2017-18; how many owners stood behind "
        "them is not known, and fewer run faster",
        plausible=(50, 1100),
        doc="Owners who stake.",
    )
    coins_per_staker: int = number(
        10,
        between=(1, 1000),
        unit="coins",
        grade="U",
        source="no figure; coins split and combine during the burn-in, so the start is soon forgotten",
        plausible=(1, 100),
        doc="Coins that each owner's stake is cut into at the start.",
    )
    staked_qtum: int = number(
        22_000_000,
        between=(1, 100_000_000),
        unit="QTUM",
        grade="U",
        source="weekly reports of 2017-18 estimate 21 to 23 M QTUM from the difficulty (jb395official on "
        "medium.com); the estimate swung between 5.5 and 34.7 M within the first year",
        plausible=(5_500_000, 34_700_000),
        doc="Coin that stakes at the start, all owners together.",
    )
    zipf_exponent: float = number(
        0.8,
        between=(0.0, 3.0),
        unit="1",
        grade="U",
        source="no distribution of owners' stake was found; the owner of rank r holds a share "
        "proportional to r^-exponent",
        plausible=(0.5, 1.2),
        doc="How unequal the stakes, or a lottery's shares, are, on every protocol; 0 makes all equal.",
    )
    delegating: int = number(
        0,
        between=(0, 9_999),
        unit="owners",
        grade="U",
        source="no count of delegating addresses was published for a date; nobody delegates unless a scenario says so",
        plausible=(0, 1_000),
        doc="Owners, the smallest, who delegate all their coins to super-stakers; on qtum-2021.",
    )
    super_stakers: int = number(
        1,
        between=(1, 10_000),
        unit="owners",
        grade="U",
        source="no count of super-stakers was published for a date",
        plausible=(1, 100),
        doc="Owners, the largest, to whom the smallest delegate one after the other.",
    )
    delegation_fee_percent: int = number(
        10,
        between=(10, 100),
        unit="%",
        grade="D",
        source="10 is the least that the protocol's rules in this model let a super-staker take "
        "(chain/protocols/qtum/parameters.py: least_fee_percent)",
        doc="What super-stakers keep of what delegated coins earn.",
    )
    burn_in_blocks: int = number(
        2000,
        between=(0, 1_000_000),
        unit="blocks",
        grade="D",
        source="four times the 500 blocks of maturity, and more than the 509 ancestors that a reward in "
        "ten parts looks back to",
        doc="Blocks made before the start of the run, so that difficulty, maturity and reward recipients "
        "have settled.",
    )
