"""Errors of the simulation: each says what is wrong and what is allowed; none needs a traceback."""

from __future__ import annotations


class MedSimError(Exception):
    """Root of all errors that `sim` raises on purpose."""


class InputError(MedSimError):
    """Something a user named (a file, an argument) is not what it should be.

    `subject` says what was given (a path, an argument), `problem` what is wrong with it, `allowed` what would
    be right.
    """

    def __init__(self, subject: str, problem: str, allowed: str = "") -> None:
        super().__init__(subject, problem, allowed)
        self.subject = subject
        self.problem = problem
        self.allowed = allowed

    def __str__(self) -> str:
        allowed = f"; allowed: {self.allowed}" if self.allowed else ""
        return f"{self.subject}: {self.problem}{allowed}"


class ScenarioError(InputError):
    """A scenario is not usable: names the key path, the value and what is allowed.

    `key` is the dotted key path and is empty where the file cannot be read as TOML; then `line` (1-based)
    says where, if the mistake has a place. `value` is the offending value as text, cut to a readable length,
    and None where a required key is missing. `source` is the file or name the scenario came from, `hint` the
    nearest valid spelling, and `further` holds the errors of the same scenario after the first.
    """

    def __init__(
        self,
        key: str,
        value: str | None,
        allowed: str,
        source: str = "",
        line: int | None = None,
        hint: str = "",
        further: tuple[ScenarioError, ...] = (),
    ) -> None:
        super().__init__(source, _problem(key, value, line), allowed)
        self.args = (key, value, allowed, source, line, hint, further)
        self.key = key
        self.value = value
        self.source = source
        self.line = line
        self.hint = hint
        self.further = further

    @property
    def keys(self) -> tuple[str, ...]:
        """All offending key paths, the first one first."""
        return (self.key, *(error.key for error in self.further))

    def __str__(self) -> str:
        lines = [self._sentence(), *(f"  and {error._sentence()}" for error in self.further)]
        return "\n".join(lines)

    def _sentence(self) -> str:
        place = f"{self.source}: " if self.source else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.problem}; allowed: {self.allowed}{hint}"


class InvariantViolated(MedSimError):
    """A promise of the simulation broke during a run; carries what is needed to see it again.

    `name` is the invariant, `block` the number of the block after which it failed, `seed` the run's seed,
    `detail` the numbers that disagree, `replay` the command that repeats the run.
    """

    def __init__(self, name: str, block: int, seed: int, detail: str, replay: str) -> None:
        super().__init__(name, block, seed, detail, replay)
        self.name = name
        self.block = block
        self.seed = seed
        self.detail = detail
        self.replay = replay

    def __str__(self) -> str:
        return (
            f"invariant '{self.name}' is broken after block {self.block} (seed {self.seed}): {self.detail}\n"
            f"replay: {self.replay}"
        )


def _problem(key: str, value: str | None, line: int | None) -> str:
    place = f"line {line}" if line is not None else ""
    if not key:
        return f"{place}: {value}" if place else f"{value}"
    return f"{place}{': ' if place else ''}{key} {'is missing' if value is None else f'= {value}'}"
