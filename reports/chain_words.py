"""How a report speaks of each protocol: its coin, who makes blocks, by what right, and what fills and pays them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from reports.quantities import JOIN, SATOSHI_PER_QTUM, coin, share
from reports.run_directory import RunDirectory


@dataclass(frozen=True)
class ChainWords:
    """Words for one protocol; amounts of its coin have 8 decimals.

    `maker` makes blocks, `stake` is what gives the right, `turns` what its share of the blocks is held against: chance
    decides who is next where they are `drawn`. `krw_key` is the setting with the coin's price, None without one.
    `final` says when a block is final where that is no question of depth. `apart` says why rewards do not follow the
    blocks, where they do not. `gas_limit_key` is the setting with the gas of a block, None where gas fills none;
    `has_fees` is whether acts cost the coin.
    """

    coin: str
    maker: str
    stake: str
    turns: str
    drawn: bool
    about: str
    paid: str
    krw_key: str | None = None
    final: str = ""
    apart: str = ""
    gas_limit_key: str | None = "chain.gas_limit_gas"
    has_fees: bool = True

    def amount(self, amount_sat: int) -> str:
        """An amount of the coin with its name."""
        return f"{coin(amount_sat, SATOSHI_PER_QTUM)}{JOIN}{self.coin}"

    def stake_of(self, amount: int, whole: int) -> str:
        """What somebody staked: an amount of the coin, or a share where it is no money."""
        return (
            coin(amount, SATOSHI_PER_QTUM)
            if self.stake == "stake"
            else share(amount / whole if whole else 0.0)
        )


QTUM: Final = ChainWords(
    coin="QTUM",
    maker="staker",
    stake="stake",
    turns="mature stake",
    drawn=True,
    about="Mature stake may win a block, here added up over all blocks of the run: a coin that has just won rests.",
    paid="Rewards are paid to several recent producers of a block where the protocol says so.",
    krw_key="economy.qtum_krw",
)
_MED: Final = "New MED comes from blocks only where the protocol mints (emission.source)."
_LOTTERY: Final = ChainWords(
    coin="coin",
    maker="miner",
    stake="shares",
    turns="chances",
    drawn=True,
    about="Shares never change: each block falls to a miner with a chance in proportion to its own.",
    paid="Subsidy and fees of a block go to its miner.",
    gas_limit_key="lottery.gas_limit_gas",
)

WORDS: Final = {
    "qtum-2018": QTUM,
    "qtum-2021": replace(QTUM, paid="The whole reward of a block goes to its producer."),
    "medibloc-dpos": ChainWords(
        coin="MED",
        maker="producer",
        stake="stake",
        turns="turns",
        drawn=False,
        about="Turns are the slots of the seats that a producer was elected to: a seat is a seat, whatever its stake.",
        paid=f"A block pays its producer alone; points pay for acts, and are nobody's income. {_MED}",
        final="Final is what more than two thirds of a dynasty's seats have built on.",
        gas_limit_key=None,
        has_fees=False,
    ),
    "panacea-bft": ChainWords(
        coin="MED",
        maker="validator",
        stake="stake",
        turns="voting power",
        drawn=False,
        about="Who proposes goes round by voting power, which is the stake in whole MED.",
        paid=f"A block pays all who voted on the one before, by power, and its proposer a little more. {_MED}",
        final="A block is final once more than two thirds of the voting power have agreed on it.",
        gas_limit_key=None,
    ),
    "poisson": replace(
        _LOTTERY,
        paid="The fees of a block go to its miner; there is no subsidy.",
        apart="Fees alone pay here, and few blocks hold acts, so that rewards scatter.",
    ),
    "ethereum-2018": replace(_LOTTERY, coin="ETH", krw_key="economy.eth_krw"),
    "notary": ChainWords(
        coin="coin",
        maker="signer",
        stake="share",
        turns="share",
        drawn=False,
        about="One signer signs everything; nobody else could.",
        paid="Nobody is paid for it in this run.",
        final="What the notary has signed is final.",
        gas_limit_key=None,
        has_fees=False,
    ),
}
"""By preset; a protocol that is not known here is spoken of as Qtum's first."""


_DELEGATED: Final = replace(
    WORDS["qtum-2021"],
    paid="The reward of a block goes to its producer; where a delegated coin won it, to the coin's owner, less the "
    "super-staker's fee. A delegated coin wins only beside a free coin of the super-staker's own.",
    apart="Who delegates is paid and makes no block; a super-staker keeps its fee of what it makes with others' coins, "
    "and wins with these only while a coin of its own is free.",
)


def words_of(run: RunDirectory) -> ChainWords:
    """The words for a run's protocol."""
    name = str(run.setting("chain.protocol", "qtum-2018"))
    if name == "qtum-2021" and run.setting("staking.delegating", 0):
        return _DELEGATED
    return WORDS.get(name, QTUM)
