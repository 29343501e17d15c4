"""The base of all contract state machines, and how they are run.

A machine is a Hypothesis `RuleBasedStateMachine` whose rules call the system's contracts. It names the contracts
it is about (`CONTRACTS`) and may set the stage once (`terms`, `prepare`); every example starts from that stage.
Rules act through `attempt`, which counts calls and successes by function; what a rule expects of an outcome it
asserts itself. After every rule that changed something the base checks that the token's supply and the touched
balances are what the `Transfer` events explain, and that every contract of `CONTRACTS` holds at least what it owes
(`obligations`). Add `@invariant()`s for the contract's own promises, and test `self.changed` in them where they are
dear. No call may ever end in a failed `assert`, or in an error that no contract declares.

    class StakingMachine(ContractMachine):
        CONTRACTS = ("Staking",)

        @classmethod
        def prepare(cls, stage): ...              # in blocks, once for all examples

        @rule(who=actors, amount=amounts)
        def locks(self, who, amount):
            outcome = self.attempt(who, self.system.staking, "lock", amount)
            if outcome.status: self.model.lock(who, amount)

    test_staking, test_staking_for_long = machine_tests(StakingMachine)

`self.attempt(sender, contract, function, *arguments)`: the sender is a key of the cast or any address, also a
contract's (`self.system.address_of("Timelock")`, for what only governance may do). `self.ask(contract, function,
*arguments)` reads. `actors` draws from the cast, `amounts` MED units from 0 to all there is with a taste for edges,
`durations` seconds. Every state-changing function of `CONTRACTS`, inherited ones too, needs a rule that reaches it
often (each at least 50 times over all machines in the long run); roles (`grantRole`, `revokeRole`, `renounceRole`)
and all reading functions are called by the base. Steer the arguments: at least 30 % of a machine's calls must
succeed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest
from engines import FASTEST, REFERENCE, fresh_engine
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from random_arguments import Arguments
from scene import Actor, Outcome, Scene

from chain.abi import ContractAbi, Fields
from chain.contracts.deployment.parameters import SystemParameters
from chain.contracts.rehearsal import cast
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S, parameters
from chain.contracts.system import System
from chain.engines.choice import Choice
from chain.errors import CallReverted
from chain.hashing import keccak
from chain.keys import PrivateKey

TALLIES: Final = Path(__file__).parents[4] / "build" / "machines"
"""Where each machine leaves its counts, for `summary.py`."""

LEAST_SUCCESS_SHARE: Final = 0.30

LOOKS_AT_ONCE: Final = 8

ACTORS: Final = tuple(dict.fromkeys(value for value in vars(cast).values() if isinstance(value, PrivateKey)))
actors: Final = st.sampled_from(ACTORS)
MED: Final = 10**8
amounts: Final = st.one_of(
    st.sampled_from([0, 1, 2, 3, 13, MED, 10 * MED, 1_000 * MED, 10**6 * MED]),
    st.integers(0, 10**18),
    st.integers(1, 10**12),
)
durations: Final = st.one_of(
    st.sampled_from([1, 60, 3_600, DAY_S, 7 * DAY_S, 30 * DAY_S]), st.integers(0, 40 * DAY_S)
)
ROLES: Final = tuple(
    keccak(name.encode())
    for name in ("MINTER_ROLE", "CERTIFIER_ROLE", "ARBITER_ROLE", "JUDGE_ROLE", "GOVERNOR_ROLE")
)
IDLE_ROLE: Final = keccak(b"IDLE_ROLE")
"""An office without any powers."""


class ContractMachine(RuleBasedStateMachine):
    """See the module's docstring."""

    CONTRACTS: ClassVar[tuple[str, ...]] = ()
    VOTES_ARE_CAST: ClassVar[bool] = False
    """Whether what the timelock does is decided in the machine itself; elsewhere it acts unasked."""

    engine: ClassVar[Choice] = REFERENCE
    """What the machine runs on."""

    calls: ClassVar[Counter[tuple[str, str]]]
    successes: ClassVar[Counter[tuple[str, str]]]
    looks: ClassVar[Counter[tuple[str, str]]]

    def __init_subclass__(cls) -> None:
        cls.calls, cls.successes, cls.looks = Counter(), Counter(), Counter()

    def __init__(self) -> None:
        super().__init__()
        self.scene = Scene(_stage(type(self), type(self).engine))
        self.system: System = self.scene.system
        self.changed = True
        self.looked = 0

    @classmethod
    def terms(cls) -> SystemParameters:
        """Return what the system is deployed with."""
        return parameters()

    @classmethod
    def prepare(cls, stage: Stage) -> None:
        """Set the stage, once for all examples: by default both providers and patients are registered."""
        stage.settle_people()

    def attempt(
        self, sender: Actor, contract: ContractAbi, function: str, *arguments: object, value_wei: int = 0
    ) -> Outcome:
        """Call a function and count it. Fails where the contract broke an assertion of its own."""
        outcome = self.scene.send(sender, contract, function, *arguments, value_wei=value_wei)
        self.count(contract, function, outcome)
        return outcome

    def count(self, contract: ContractAbi, function: str, outcome: Outcome) -> None:
        """Count a call that was not made through `attempt`, such as a forwarded one."""
        key = (contract.artifact.name, function)
        type(self).calls[key] += 1
        if outcome.status:
            type(self).successes[key] += 1
            self.changed = True
        assert outcome.error_name != "unknown error", (key, outcome.error)
        assert "assertion failed" not in outcome.error, (key, outcome.error)

    def ask(self, contract: ContractAbi, function: str, *arguments: object) -> Any:
        """Read; raises `CallReverted` where the function reverts."""
        type(self).looks[(contract.artifact.name, function.partition("(")[0])] += 1
        return self.scene.read(contract, function, *arguments)

    @rule(seconds=durations)
    def time_passes(self, seconds: int) -> None:
        self.scene.pass_time(seconds)

    @rule(data=st.data(), who=actors, whom=actors, role=st.sampled_from(ROLES), voted=st.booleans())
    def roles_are_tried(
        self, data: st.DataObject, who: PrivateKey, whom: PrivateKey, role: bytes, voted: bool
    ) -> None:
        """Nobody of the cast administers anything, and giving up a role that one does not have changes nothing.

        The timelock appoints and dismisses, to an office without powers: real ones are each machine's own matter.
        """
        names = [name for name in self.CONTRACTS if "grantRole" in self.system.contract(name).functions]
        if not names:
            return
        contract = self.system.contract(data.draw(st.sampled_from(names)))
        function = data.draw(st.sampled_from(["grantRole", "revokeRole", "renounceRole"]))
        timelock = self.system.address_of("Timelock")
        if voted and not self.VOTES_ARE_CAST and function != "renounceRole":
            outcome = self.attempt(timelock, contract, function, IDLE_ROLE, whom.address)
            assert outcome.status == self.ask(contract, "hasRole", bytes(32), timelock)
            if outcome.status:
                appointed = self.ask(contract, "hasRole", IDLE_ROLE, whom.address)
                assert appointed == (function == "grantRole")
        elif function == "renounceRole":
            if not self.ask(contract, "hasRole", role, who.address):
                assert self.attempt(who, contract, function, role, who.address).status
        else:
            assert not self.attempt(who, contract, function, role, whom.address).status

    @rule(contract=st.integers(0, 15), seed=st.integers(0, 2**32 - 1))
    def somebody_looks(self, contract: int, seed: int) -> None:
        """Any reading function answers or reverts in declared words, whatever it is asked.

        Which ones is drawn from the seed and how often somebody looked before: Hypothesis prefers few of its
        choices, and would leave some functions out.
        """
        self.looked += 1
        looked_at = self.system.contract(self.CONTRACTS[contract % len(self.CONTRACTS)])
        arguments = Arguments(f"{seed}/{self.looked}", self.system, self.scene.time_s)
        for _ in range(LOOKS_AT_ONCE):
            entry = arguments.choice(_reading(looked_at.artifact.name))
            try:
                self.ask(looked_at, _called(looked_at, entry), *arguments.of(entry))
            except CallReverted as reverted:
                words = str(reverted)
            else:
                words = ""
            assert "unknown error" not in words, (entry["name"], words)

    @invariant()
    def med_is_conserved(self) -> None:
        """Supply and touched balances are what the token's events explain."""
        if not self.changed:
            return
        assert self.scene.read(self.system.token, "totalSupply") == self.scene.supply
        for account in self.scene.touched:
            assert self.scene.balance(account) == self.scene.balances[account] >= 0
        self.scene.touched.clear()

    @invariant()
    def what_is_owed_is_there(self) -> None:
        """Every contract of this machine holds at least its obligations."""
        if not self.changed:
            return
        for name in self.CONTRACTS:
            contract = self.system.contract(name)
            if "obligations" in contract.functions:
                owed = self.scene.read(contract, "obligations")
                held = self.scene.balances.get(contract.address or b"", 0)
                assert held >= owed, f"{name} holds {held} and owes {owed}"

    def check_invariants(self, *arguments: Any, **named: Any) -> None:
        """Check them all, then note that nothing has changed since."""
        super().check_invariants(*arguments, **named)
        self.changed = False


def machine_tests(machine: type[ContractMachine]) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return the machine's two tests: 20 examples of 50 steps for every change, 375 of 500 for `make long`."""

    def short() -> None:
        run_machine(machine, "short", REFERENCE, examples=20, steps=50)

    @pytest.mark.long
    def long() -> None:
        run_machine(machine, "long", FASTEST, examples=375, steps=500)

    return short, long


def run_machine(
    machine: type[ContractMachine], profile: str, engine: Choice, *, examples: int, steps: int
) -> None:
    """Run a machine, leave its counts for `summary.py`, and fail where too few of its calls succeeded."""
    machine.engine = engine
    for counter in (machine.calls, machine.successes, machine.looks):
        counter.clear()
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            database=None,
            deadline=None,
            phases=(Phase.generate, Phase.shrink) if profile == "short" else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    calls, successes = machine.calls.total(), machine.successes.total()
    _write_tally(machine, profile)
    assert successes >= LEAST_SUCCESS_SHARE * calls, (
        f"{successes} of {calls} calls succeeded, less than {LEAST_SUCCESS_SHARE:.0%}: a machine that is refused shows "
        f"little; the least: {sorted(_shares(machine).items(), key=lambda item: item[1])[:8]}"
    )


def _write_tally(machine: type[ContractMachine], profile: str) -> None:
    directory = TALLIES / profile
    directory.mkdir(parents=True, exist_ok=True)
    rows = {
        f"{contract}.{function}": [
            machine.calls[key] + machine.looks[key],
            machine.successes[key],
            machine.looks[key],
        ]
        for key in sorted({*machine.calls, *machine.looks})
        for contract, function in [key]
    }
    (directory / f"{machine.__name__}.json").write_text(json.dumps(rows, indent=1) + "\n")


def _shares(machine: type[ContractMachine]) -> dict[str, float]:
    return {
        f"{contract}.{function}": round(machine.successes[contract, function] / count, 2)
        for (contract, function), count in machine.calls.items()
    }


@cache
def _stage(machine: type[ContractMachine], engine: Choice) -> Stage:
    stage = Stage(machine.terms(), fresh_engine(engine))
    machine.prepare(stage)
    return stage


@cache
def _reading(name: str) -> list[Any]:
    """Return the ABI entries of a contract's view and pure functions."""
    from chain.contracts.artifact import load

    return [
        entry
        for entry in load(name).abi
        if entry["type"] == "function" and entry["stateMutability"] in ("view", "pure")
    ]


def _called(contract: ContractAbi, entry: Mapping[str, Any]) -> str:
    """Return the name by which a function is called: of several of one name, with its types."""
    signature = f"{entry['name']}{Fields(entry['inputs']).signature}"
    return signature if signature in contract.functions else str(entry["name"])
