"""Acts with MED itself: the sale, its locks, the team's vesting, transfers, and who pays for whom."""

from __future__ import annotations

from promised_holdings import LockKey
from system_acting import RELAYER, ActingMachine, an_act
from system_stage import BUYERS, DEPLOYER, MED, SPONSOR, TEAM, TREASURY

from chain.contracts.deployment.token_sale import Phase
from chain.contracts.rehearsal.forwarder import COIN_WEI
from chain.contracts.rehearsal.terms import BLOCK_S
from chain.contracts.signed.permit import Permit, permit_domain
from chain.keys import PrivateKey
from chain.units import SATOSHI_PER_QTUM, WEI_PER_SATOSHI

PAYERS = (*BUYERS, DEPLOYER, SPONSOR)
"""Who holds native coin."""


class MoneyActs(ActingMachine):
    """See the module's docstring."""

    @an_act
    def somebody_buys(self) -> None:
        """In the phase that is open; now and then in another, or for more than is left."""
        buyer, books = self.pick(PAYERS), self.books.sale
        opened = [phase for phase in Phase if self.now_s < books.phases[phase].end_s]
        phase = opened[0] if opened and self.likely(0.95) else self.pick(list(Phase))
        paid_sat = self.pick([1, 2, 3, 40]) * SATOSHI_PER_QTUM + self.pick([0, 7, -1])
        value_wei = paid_sat * WEI_PER_SATOSHI + self.pick([0, 0, 1])
        if self.scene.coins_wei(buyer) > value_wei + COIN_WEI and (opened or self.likely(0.1)):
            self.act(buyer, self.system.sale, "buy", phase, value_wei=value_wei)

    @an_act
    def the_sale_goes_on(self) -> None:
        sale, owner = self.system.sale, self._owner("TokenSale")
        main = self.books.sale.phases[Phase.MAIN_SALE]
        what = self.pick(["proceeds", "proceeds", "raise", "pause", "finish"])
        if self.books.sale.paused:
            what = "pause"
        if what == "proceeds":
            if self.books.coins.proceeds_wei or self.likely(0.2):
                self.act(self.anybody(), sale, "withdrawProceeds")
        elif what == "raise":
            more = self.books.sale.caps[Phase.MAIN_SALE] + self.pick([1, 10**9, 10**13])
            self.act(owner, sale, "raiseCap", more)
        elif what == "pause":
            if self.books.sale.paused or self.likely(0.3):
                self.act(owner, sale, "unpause" if self.books.sale.paused else "pause")
        elif self.now_s >= main.end_s or self.likely(0.2):
            self.act(self.anybody(), sale, "finish")

    @an_act
    def a_lock_ends(self) -> None:
        """In time by anyone; before, the owner releases early or takes back."""
        lock, owner = self.system.lock, self._owner("TokenLock")
        locks = list(self.books.sale.locks)
        if not locks:
            return
        ripe = [key for key in locks if self._release_at_s(key) <= self.now_s]
        beneficiary, number = self.pick(ripe or locks)
        what = self.pick(["release", "releaseMany", "clawBack"])
        if what == "clawBack" and self.likely(0.5):
            self.act(owner, lock, "clawBack", beneficiary, number)
        elif what == "releaseMany":
            sender = self.anybody() if ripe else owner
            accounts = [account for account, other in locks if other == number]
            self.act(sender, lock, "releaseMany", accounts, number)
        else:
            sender = self.anybody() if ripe or self.likely(0.5) else owner
            self.act(sender, lock, "release", beneficiary, number)

    @an_act
    def the_team_vests(self) -> None:
        """What is due is released; now and then a grant moves to another account."""
        vesting, books = self.system.vesting, self.books.vesting
        beneficiary = self.pick(list(books.grants))
        if not self.likely(0.85):
            heir = self.pick([*TEAM, *BUYERS])
            self.act(self.world.keys[beneficiary], vesting, "changeBeneficiary", heir.address)
        elif books.first_release_at_s <= self.now_s or self.likely(0.3):
            self.act(self.anybody(), vesting, "release", beneficiary)

    @an_act
    def owners_hand_over(self) -> None:
        """The treasury and the team, to and fro."""
        contract = self.pick([self.system.sale, self.system.lock])
        owner = self._owner(contract.artifact.name)
        heir = TEAM[0] if owner is TREASURY else TREASURY
        if self.likely(0.6) and self.act(owner, contract, "transferOwnership", heir.address).status:
            self.act(heir if self.likely() else self.anybody(), contract, "acceptOwnership")

    @an_act
    def med_moves(self) -> None:
        """Sent, spent by another, allowed by signature, or burned; a retired key's own MED is still its own."""
        token, who, whom = self.system.token, self.anybody(), self.anybody()
        held = self.scene.balances.get(who.address, 0)
        amount = self.pick([0, 1, 10 * MED, held // 1_000, held + 1 if not self.likely() else held // 100])
        what = self.pick(["transfer", "transfer", "spend", "permit", "burn", "burnFrom"])
        if what == "transfer":
            self.act(who, token, "transfer", whom.address, amount)
        elif what == "burn":
            self.act(who, token, "burn", amount)
        elif what == "permit":
            nonce = self.scene.read(token, "nonces", who.address)
            permit = Permit(who.address, whom.address, amount, nonce, self.now_s + 60)
            signer = who if self.likely() else whom
            signature = signer.sign(permit.digest(permit_domain(self.system)))
            forged = signer.address != who.address
            self.act(self.anybody(), token, "permit", *permit.arguments(signature), forged=forged)
        else:
            if self.likely(0.7):
                self.act(who, token, "approve", whom.address, amount)
            function = "burnFrom" if what == "burnFrom" else "transferFrom"
            target = () if what == "burnFrom" else (self.anybody().address,)
            self.act(whom, token, function, who.address, *target, amount)

    @an_act
    def a_sponsor_changes_its_mind(self) -> None:
        """About its deposit only: what it pays for, it always pays for here, so that others can be forwarded."""
        forwarder, deposits = self.system.forwarder, self.books.coins.deposits_wei
        if self.likely(0.6):
            payer, sponsor = self.pick(PAYERS), self.pick([SPONSOR, RELAYER])
            if self.scene.coins_wei(payer) > 2 * COIN_WEI:
                value_wei = self.pick([COIN_WEI // 10, 1, 0])
                self.act(payer, forwarder, "deposit", sponsor.address, value_wei=value_wei)
        else:
            sponsor = self.pick([SPONSOR, RELAYER, self.anybody()])
            part_wei = deposits[sponsor.address] // self.pick([10, 3])
            self.act(sponsor, forwarder, "withdraw", part_wei + (not self.likely()) * COIN_WEI * 100)

    @an_act
    def somebody_forwards_a_batch(self) -> None:
        """Two authors' transfers in one call; what one of them cannot do does not hinder the other."""
        requests, token = [], self.system.token
        for author in self.random.sample(self.used_keys, 2):
            data = token.encode("transfer", self.anybody().address, self.pick([0, 1, MED, 10**17]))
            requests.append(self.requested(author, token, data))
        self.act(self.anybody(), self.system.forwarder, "executeBatch", requests, RELAYER.address)

    def _owner(self, contract: str) -> PrivateKey:
        """Return the owner of the sale or the lock; now and then anybody."""
        return self.world.keys[self.books.sale.owners[contract]] if self.likely() else self.anybody()

    def _release_at_s(self, key: LockKey) -> int:
        return self.books.sale.phases[key[1]].release_at_s + BLOCK_S
