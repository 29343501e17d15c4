"""Which contract's refusals a test expects by name, read from the tests' source without running them.

A test expects (contract, error) where one of its statements names the error and makes a call on the contract,
itself, through its local names or through helpers: functions and methods of the same file, of a helper file beside
it, or of the rehearsals. In helpers only calls count that may be refused (`send` and the like). What must succeed
there (`do`) or only reads is set-up, and so is what comes from fixtures: set-ups touch many contracts. Where an error
comes in by a decorator, all that the test does counts.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from chain.contracts.artifact import CONTRACTS
from chain.contracts.rehearsal.cast import DEPLOYER
from chain.contracts.system import System

HERE: Final = Path(__file__).parent
REHEARSAL: Final = "chain.contracts.rehearsal"
NO_HELPERS: Final = frozenset({"stage.py", "scene.py", "cast.py", "terms.py"})
"""What every test stands on."""

TRYING: Final = frozenset({"send", "send_data", "attempt", "try_out", "deploy", "request"})
"""Callees whose call may be refused, and which name the contract among their arguments."""

READING: Final = frozenset({"read", "ask", "do", "execute"})
"""Callees that count where the statement itself that names the error calls them; in helpers they only set up."""

Waiting = tuple["Module", ast.AST, Mapping[str, list[ast.AST]], frozenset[str]]
"""Code still to be read, what its local names stand for, and the callees that count in it."""

WORD: Final = re.compile(r"\w+")

Item = TypeVar("Item")


@cache
def properties() -> Mapping[str, str]:
    """The properties of `System` by which contracts are reached, each with the contract's name."""
    system = System(DEPLOYER.address, 1)
    names = {}
    for name in dir(type(system)):
        value = getattr(system, name, None)
        artifact = getattr(value, "artifact", None)
        if artifact is not None:
            names[name] = artifact.name
    return names


def each_once(waiting: list[Item], key: Callable[[Item], object] = id) -> Iterator[Item]:
    """Take items from a list, to which whoever asks may add more meanwhile, none twice."""
    seen: set[object] = set()
    while waiting:
        item = waiting.pop()
        if key(item) not in seen:
            seen.add(key(item))
            yield item


@dataclass
class Module:
    """A file's functions and methods by name, and the helper files whose names it imports."""

    functions: dict[str, list[ast.FunctionDef]] = field(default_factory=dict)
    constants: dict[str, list[ast.expr]] = field(default_factory=dict)
    helpers: list[Module] = field(default_factory=list)

    @classmethod
    def of(cls, source: str, beside: Path = HERE) -> Module:
        module = cls()
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                module.functions.setdefault(node.name, []).append(node)
        for node in tree.body:
            for target, value in assigned(node):
                module.constants.setdefault(target, []).append(value)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (path := helper_path(node.module or "", beside)):
                module.helpers.append(module_at(path))
        return module

    def named(self, name: str) -> Iterator[tuple[Module, ast.FunctionDef]]:
        """Functions of this name here, else in the helper files that this one imports."""
        if name in self.functions:
            yield from ((self, function) for function in self.functions[name])
            return
        for helper in self.helpers:
            yield from ((helper, function) for function in helper.functions.get(name, ()))


@cache
def module_at(path: Path) -> Module:
    return Module.of(path.read_text(encoding="utf-8"), path.parent)


def helper_path(module: str, beside: Path) -> Path | None:
    """The file of a helper module, None for any other module."""
    if module.startswith(REHEARSAL):
        path = HERE.parents[2] / (module.replace(".", "/") + ".py")
    else:
        beside_it = (directory / f"{module}.py" for directory in (beside, HERE, HERE / "machines"))
        path = next((each for each in beside_it if each.is_file()), Path())
    return path if path.is_file() and path.name not in NO_HELPERS else None


def assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names and values of an assignment, taken apart where both sides are tuples."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _paired(target, node.value)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
        yield from _paired(node.target, node.value)
    elif isinstance(node, ast.For | ast.comprehension):
        yield from _paired(node.target, node.iter)


def _paired(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for part, its in zip(target.elts, value.elts, strict=True):
            yield from _paired(part, its)
    else:
        yield from ((part.id, value) for part in ast.walk(target) if isinstance(part, ast.Name))


def expectations(
    source: str, errors: Iterable[str], beside: Path = HERE
) -> Mapping[str, set[tuple[str, str]]]:
    """What each test function of a file expects of `errors`: pairs of contract and error."""
    module = Module.of(source, beside)
    wanted = frozenset(errors)
    found: dict[str, set[tuple[str, str]]] = {}
    for name, functions in module.functions.items():
        if name.startswith("test_"):
            for function in functions:
                found.setdefault(name, set()).update(_expected(module, function, wanted))
    return found


def _expected(module: Module, function: ast.FunctionDef, wanted: frozenset[str]) -> Iterator[tuple[str, str]]:
    values: dict[str, list[ast.AST]] = {name: [] for name in _parameters(function)}
    values |= _locals(module, function)
    words = {name: _words(module, given) for name, given in values.items()}
    for statement in _statements(module, function, wanted):
        named = _words(module, [statement])
        named |= {word for name in _names(statement) for word in _reached(name, words, values)}
        if not named & wanted:
            continue
        code = [statement]
        if not isinstance(statement, ast.FunctionDef):
            code += _behind(statement, values)
        calls = called_by(module, code, values)
        yield from ((contract, word) for contract in calls for word in named & wanted)


def _statements(module: Module, function: ast.FunctionDef, wanted: frozenset[str]) -> Iterator[ast.AST]:
    """The parts of a test that may name an error: statements, or the whole test where its decorators do."""
    if any(_words(module, [decorator]) & wanted for decorator in function.decorator_list):
        yield function
    for node in ast.walk(function):
        if isinstance(node, ast.Assert | ast.Expr | ast.Return) or (
            isinstance(node, ast.With) and any("raises" in ast.dump(item) for item in node.items)
        ):
            yield node


def _names(part: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}


def _reached(name: str, words: Mapping[str, set[str]], values: Mapping[str, list[ast.AST]]) -> set[str]:
    """The words behind a local name, through other local names."""
    return {word for reached in _closure(name, values) for word in words.get(reached, ())}


def _closure(name: str, values: Mapping[str, list[ast.AST]]) -> set[str]:
    reached: set[str] = set()
    waiting = [name]
    for each in each_once(waiting, str):
        if each in values:
            reached.add(each)
            waiting.extend(other for value in values[each] for other in _names(value))
    return reached


def _behind(part: ast.AST, values: Mapping[str, list[ast.AST]]) -> list[ast.AST]:
    """What a statement's local names stand for."""
    reached = {name for first in _names(part) for name in _closure(first, values)}
    return [value for name in reached for value in values[name]]


def _words(module: Module, parts: Iterable[ast.AST]) -> set[str]:
    """The words in the texts of some code, and of the helpers of the same file that it names."""
    found: set[str] = set()
    waiting = list(parts)
    for part in each_once(waiting):
        for node in ast.walk(part):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and not _is_docstring(part, node)
            ):
                found.update(WORD.findall(node.value))
            elif isinstance(node, ast.Name):
                waiting.extend(f for f in module.functions.get(node.id, ()) if not f.name.startswith("test_"))
    return found


def _is_docstring(part: ast.AST, node: ast.Constant) -> bool:
    return isinstance(part, ast.FunctionDef) and ast.get_docstring(part, clean=False) == node.value


def called_by(module: Module, parts: Iterable[ast.AST], local: Mapping[str, list[ast.AST]]) -> set[str]:
    """The contracts on which some code makes calls that may be refused, itself or through helpers."""
    found: set[str] = set()
    waiting: list[Waiting] = [(module, part, local, TRYING | READING) for part in parts]
    for where, part, values, trying in each_once(waiting, lambda one: id(one[1])):
        given = _parameters(part)
        for node in ast.walk(part):
            name = node.id if isinstance(node, ast.Name) and node.id not in given | set(values) else ""
            if isinstance(node, ast.Call):
                arguments = [*node.args, *(word.value for word in node.keywords)]
                if _callee(node) in trying:
                    found |= contracts_in(arguments, values)
                    waiting.extend(_made(where, arguments))
                elif trying > TRYING and isinstance(node.func, ast.Name):
                    found |= contracts_in(arguments, values, texts_alone=True)
                name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            for helper, function in where.named(name):
                waiting.append((helper, function, _locals(helper, function), TRYING))
    return found


def _made(module: Module, arguments: Iterable[ast.AST]) -> Iterator[Waiting]:
    """The fixtures among arguments that deploy a contract of the test's own."""
    for argument in arguments:
        for helper, function in module.named(argument.id) if isinstance(argument, ast.Name) else ():
            if function.returns is not None and "ContractAbi" in ast.dump(function.returns):
                yield helper, function, _locals(helper, function), TRYING


def _parameters(part: ast.AST) -> set[str]:
    """The names of a function's parameters: what a test gets of fixtures is set up, and must succeed."""
    if not isinstance(part, ast.FunctionDef):
        return set()
    return {parameter.arg for parameter in (*part.args.args, *part.args.kwonlyargs)}


def _callee(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _locals(module: Module, function: ast.FunctionDef) -> Mapping[str, list[ast.AST]]:
    values: dict[str, list[ast.AST]] = {name: list(given) for name, given in module.constants.items()}
    for node in ast.walk(function):
        for name, value in assigned(node):
            values.setdefault(name, []).append(value)
    return values


def contracts_in(
    parts: Iterable[ast.AST], values: Mapping[str, list[ast.AST]], *, texts_alone: bool = False
) -> set[str]:
    """The contracts that expressions name: `system.rewards`, "RewardPool", or a local name that stands for one."""
    found: set[str] = set()
    waiting = list(parts)
    for part in each_once(waiting):
        for node in ast.walk(part):
            if isinstance(node, ast.Attribute) and node.attr in properties() and not texts_alone:
                found.add(properties()[node.attr])
            elif isinstance(node, ast.Constant) and node.value in CONTRACTS:
                found.add(str(node.value))
            elif isinstance(node, ast.Name):
                waiting.extend(values.get(node.id, ()))
    return found
