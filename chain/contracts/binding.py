"""Typed Python bindings, generated from the artifacts: one module a contract in `chain/contracts/bindings`.

A function becomes a method that returns a `ContractCall`, a struct, an event and a custom error become frozen
dataclasses, an enum an `IntEnum`. Names are Python's, numbers carry their unit (`naming`), docstrings are the NatSpec.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from chain.contracts.artifact import CONTRACTS, HOME, Artifact, load
from chain.contracts.inherited import WORDS
from chain.contracts.naming import python_name, snake
from chain.errors import ArtifactError

BINDINGS: Final = HOME / "bindings"

_ENUM: Final = re.compile(r"^\s*enum (\w+)\s*\{([^}]*)\}", re.MULTILINE)
_COMMENT: Final = re.compile(r"///?.*$", re.MULTILINE)
_ARRAY: Final = re.compile(r"^(.*)\[\d*\]$")
_LINE: Final = 104


def generate(home: Path = HOME) -> dict[str, str]:
    """Return the text of each module by file name; raise `ArtifactError` where a number has no unit."""
    modules = {f"{snake(name)}.py": _Module(load(name), home).text() for name in CONTRACTS}
    return {"__init__.py": _PACKAGE, **modules}


def write(directory: Path = BINDINGS, home: Path = HOME) -> list[Path]:
    """Write the bindings and remove those of contracts that are gone; return the files."""
    directory.mkdir(exist_ok=True)
    modules = generate(home)
    for stray in sorted(path for path in directory.glob("*.py") if path.name not in modules):
        stray.unlink()
    for name, text in modules.items():
        (directory / name).write_text(text, encoding="utf-8")
    return [directory / name for name in modules]


def binding_differences(directory: Path = BINDINGS, home: Path = HOME) -> list[str]:
    """Return a sentence for each module that is missing or not what the artifacts give."""
    modules = generate(home)
    found = [
        f"bindings/{name}: not what the ABI gives"
        for name, text in modules.items()
        if not (directory / name).is_file() or (directory / name).read_text(encoding="utf-8") != text
    ]
    strays = sorted(path.name for path in directory.glob("*.py") if path.name not in modules)
    return found + [f"bindings/{stray}: no contract of this name" for stray in strays]


_PACKAGE: Final = '''"""Typed bindings of the contracts, generated from the ABIs by `medsim contracts build`."""
'''


class _Module:
    """One contract's module, put together from its ABI, NatSpec and sources."""

    def __init__(self, artifact: Artifact, home: Path) -> None:
        self._artifact = artifact
        self._name = artifact.name
        self._enums = _enums_of(artifact, home)
        self._used_enums: dict[str, None] = {}
        self._structs: dict[str, list[str]] = {}
        self._struct_types = set(_struct_types(artifact.abi))

    def text(self) -> str:
        """Return the module."""
        functions = [line for entry in self._entries("function") for line in self._method(entry)]
        creation = self._creation()
        results = [line for entry in self._entries("function") for line in self._result(entry)]
        rows = {
            kind: [line for entry in self._entries(kind) for line in self._row(entry, kind)]
            for kind in ("event", "error")
        }
        structs = [line for lines in self._structs.values() for line in lines]
        enums = [line for name in sorted(self._used_enums) for line in self._enum(name)]
        body = [
            *enums, *structs, *results, *rows["event"], *rows["error"],
            *self._catalogue("EVENTS", "event", "ContractEvent"),
            *self._catalogue("ERRORS", "error", "ContractError"),
            *self._class(), *creation, *functions, *_DECODERS,
        ]  # fmt: skip
        text = "\n".join(body)
        return "\n".join([*self._head(text), text.rstrip(), ""])

    def _head(self, body: str) -> list[str]:
        notice = self._artifact.devdoc.get("title", self._name)
        lines = [
            f'"""{self._name}: {_one_line(notice)}.',
            "",
            "Generated from the ABI by `medsim contracts build`; do not edit.",
            '"""',
            "",
            "from __future__ import annotations",
            "",
            "from collections.abc import Mapping, Sequence",
            "from dataclasses import dataclass",
            "from enum import IntEnum",
            "from typing import Any, ClassVar, Final",
            "",
            "from chain.block import Address, Hash32, Log",
        ]
        typed = ("ContractCall", "ContractError", "ContractEvent", "Field", "Struct", "decode_error", "decode_event",
                 "interface", "plain", "same")  # fmt: skip
        used = [name for name in typed if re.search(rf"\b{name}\b", body)]
        lines.append(f"from chain.contracts.typed import {', '.join(used)}")
        for name, line in (
            ("Sequence", "from collections.abc import Mapping, Sequence"),
            ("IntEnum", "from enum import IntEnum"),
        ):
            if not re.search(rf"\b{name}\b", body):
                lines[lines.index(line)] = "from collections.abc import Mapping" if name == "Sequence" else ""
        standard = [name for name in ("Any", "ClassVar", "Final") if re.search(rf"\b{name}\b", body)]
        lines[lines.index("from typing import Any, ClassVar, Final")] = (
            f"from typing import {', '.join(standard)}"
        )
        block = [name for name in ("Address", "Hash32", "Log") if re.search(rf"\b{name}\b", body)]
        lines[lines.index("from chain.block import Address, Hash32, Log")] = (
            f"from chain.block import {', '.join(block)}"
        )
        kept = [line for index, line in enumerate(lines) if line or lines[index - 1]]
        return [*kept, "", ""]

    def _entries(self, kind: str) -> list[Mapping[str, Any]]:
        entries = [entry for entry in self._artifact.abi if entry["type"] == kind]
        names = (
            [self._method_name(entry) for entry in entries]
            if kind == "function"
            else [snake(entry.get("name", "")) for entry in entries]
        )
        if kind != "constructor" and len(set(names)) != len(names):
            raise ArtifactError(f"{self._name}: two {kind}s have the same Python name")
        return sorted(entries, key=lambda entry: str(entry.get("name", "")))

    def _is_overloaded(self, entry: Mapping[str, Any]) -> bool:
        name: str = entry["name"]
        return [e["name"] for e in self._artifact.abi if e["type"] == "function"].count(name) > 1

    def _method_name(self, entry: Mapping[str, Any]) -> str:
        """Return the Python name; of overloaded functions those with arguments name them."""
        by = "_and_".join(snake(part["name"]) for part in entry["inputs"])
        return snake(entry["name"]) + (f"_by_{by}" if by and self._is_overloaded(entry) else "")

    def _class(self) -> list[str]:
        notice = self._artifact.userdoc.get("notice") or self._artifact.devdoc.get("title") or self._name
        return [
            f"class {self._name}:",
            *_docstring(_one_line(notice), indent=4),
            "",
            f'    NAME: ClassVar = "{self._name}"',
            "",
            "    def __init__(self, address: Address) -> None:",
            '        """Speak to the contract at `address`."""',
            "        self.address = address",
            "",
        ]

    def _creation(self) -> list[str]:
        entries = self._entries("constructor")
        inputs = entries[0]["inputs"] if entries else []
        details = self._artifact.devdoc.get("methods", {}).get("constructor", {})
        names = self._names(inputs)
        arguments = ", ".join(names.values())
        return [
            "    @staticmethod",
            *self._signature("creation", inputs, "bytes", first=None),
            *_docstring("Return the data of the transaction that creates the contract.", indent=8,
                        arguments=_explained(names, details)),
            f"        return interface({self._name}.NAME).encode_creation({_plain_each(inputs, arguments)})",
            "",
        ]  # fmt: skip

    def _method(self, entry: Mapping[str, Any]) -> Iterator[str]:
        key = signature_of(entry)
        user = self._artifact.userdoc.get("methods", {}).get(key, {})
        details = self._artifact.devdoc.get("methods", {}).get(key, {})
        state = self._artifact.devdoc.get("stateVariables", {}).get(entry["name"], {})
        notice = (
            user.get("notice")
            or details.get("details")
            or state.get("details")
            or WORDS.get(key, entry["name"])
        )
        names = self._names(entry["inputs"])
        answer = self._answer(entry)
        yield from self._signature(
            self._method_name(entry), entry["inputs"], f"ContractCall[{answer}]", first="self"
        )
        returned = list(details.get("returns", {}).values())
        yield from _docstring(
            _one_line(notice),
            indent=8,
            arguments=_explained(names, details),
            returned=returned[:1] if len(returned) == 1 else [],
        )
        arguments = "".join(f", {value}" for value in _plain_list(entry["inputs"], list(names.values())))
        called = key if self._is_overloaded(entry) else entry["name"]
        yield f'        data = interface(self.NAME).encode("{called}"{arguments})'
        yield f'        return ContractCall(self.NAME, "{called}", self.address, data, {self._reader(entry)})'
        yield ""

    def _signature(
        self, name: str, inputs: Sequence[Mapping[str, Any]], answer: str, first: str | None
    ) -> list[str]:
        names = self._names(inputs)
        parts = [first] if first else []
        parts += [
            f"{ours}: {self._python_type(part, argument=True)}"
            for part, ours in zip(inputs, names.values(), strict=True)
        ]
        line = f"    def {name}({', '.join(parts)}) -> {answer}:"
        if len(line) <= _LINE:
            return [line]
        return [f"    def {name}(", *(f"        {part}," for part in parts), f"    ) -> {answer}:"]

    def _answer(self, entry: Mapping[str, Any]) -> str:
        outputs = entry["outputs"]
        if not outputs:
            return "None"
        return (
            self._python_type(outputs[0])
            if len(outputs) == 1
            else f"{entry['name'][0].upper()}{entry['name'][1:]}Answer"
        )

    def _reader(self, entry: Mapping[str, Any]) -> str:
        outputs = entry["outputs"]
        if not outputs:
            return "same"
        if len(outputs) > 1:
            parts = ", ".join(
                _read(f"values[{index}]", self._convert(part)) for index, part in enumerate(outputs)
            )
            return f"lambda values: {self._answer(entry)}({parts})"
        return self._convert(outputs[0]) or "same"

    def _result(self, entry: Mapping[str, Any]) -> Iterator[str]:
        outputs = entry["outputs"]
        if len(outputs) < 2:
            return
        details = self._artifact.devdoc.get("methods", {}).get(signature_of(entry), {})
        names = self._names(outputs, prefix="value")
        yield "@dataclass(frozen=True)"
        yield f"class {self._answer(entry)}:"
        explained = list(zip(names.values(), details.get("returns", {}).values(), strict=False))
        yield from _docstring(f"What `{snake(entry['name'])}` answers.", indent=4, arguments=explained)
        yield ""
        for part, ours in zip(outputs, names.values(), strict=True):
            yield f"    {ours}: {self._python_type(part)}"
        yield from ("", "")

    def _row(self, entry: Mapping[str, Any], kind: str) -> Iterator[str]:
        key, base = signature_of(entry), "ContractEvent" if kind == "event" else "ContractError"
        told: Any = self._artifact.userdoc.get(f"{kind}s", {}).get(key) or {}
        details: Any = self._artifact.devdoc.get(f"{kind}s", {}).get(key) or {}
        told, details = (value[0] if isinstance(value, list) else value for value in (told, details))
        names = self._names(entry["inputs"], prefix="value")
        yield "@dataclass(frozen=True)"
        yield f"class {self._row_name(entry, kind)}({base}):"
        words = _one_line(told.get("notice") or details.get("details") or WORDS.get(key, entry["name"]))
        yield from _docstring(words, indent=4, arguments=_explained(names, details))
        yield ""
        yield f'    CONTRACT: ClassVar = "{self._name}"'
        yield f'    {kind.upper()}: ClassVar = "{entry["name"]}"'
        yield from self._fields(entry["inputs"], names)
        yield from ("", "")

    def _row_name(self, entry: Mapping[str, Any], kind: str) -> str:
        """Return the class of an event or error; an error that shares an event's or struct's name says what it is."""
        name: str = entry["name"]
        taken = {other["name"] for other in self._artifact.abi if other["type"] == "event"}
        return f"{name}Error" if kind == "error" and (name in taken or name == self._name) else name

    def _fields(self, parts: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Iterator[str]:
        pairs = ", ".join(f'("{theirs}", "{ours}")' for theirs, ours in names.items())
        yield f"    FIELDS: ClassVar[tuple[Field, ...]] = ({pairs}{',' if len(names) == 1 else ''})"
        readers = {
            ours: reader
            for part, ours in zip(parts, names.values(), strict=True)
            if (reader := self._convert(part))
        }
        if readers:
            listed = ", ".join(f'"{ours}": {reader}' for ours, reader in readers.items())
            yield f"    READERS: ClassVar[Mapping[str, Any]] = {{{listed}}}"
        yield ""
        for part, ours in zip(parts, names.values(), strict=True):
            yield f"    {ours}: {self._python_type(part)}"

    def _catalogue(self, title: str, kind: str, base: str) -> Iterator[str]:
        entries = self._entries(kind)
        yield f"{title}: Final[Mapping[str, type[{base}]]] = {{"
        for entry in entries:
            yield f'    "{entry["name"]}": {self._row_name(entry, kind)},'
        yield "}"
        yield f'"""The contract\'s {kind}s by name."""'
        yield from ("", "")

    def _enum(self, name: str) -> Iterator[str]:
        yield f"class {name}(IntEnum):"
        yield f'    """`{name}` of the contracts, numbered as there."""'
        yield ""
        for number, member in enumerate(self._enums[name]):
            yield f"    {snake(member).upper()} = {number}"
        yield from ("", "")

    def _names(self, parts: Sequence[Mapping[str, Any]], prefix: str = "argument") -> dict[str, str]:
        """Return the Python name of each part by the ABI's; parts without a name are numbered."""
        names = {}
        for index, part in enumerate(parts):
            if not part["name"]:
                names[f"{prefix}{index}"] = f"{prefix}{index}"
                continue
            is_number = part["type"].startswith(("uint", "int")) and "enum " not in part.get(
                "internalType", ""
            )
            names[part["name"]] = python_name(self._name, part["name"], is_number=is_number)
        if len(set(names.values())) != len(parts):
            raise ArtifactError(f"{self._name}: two arguments have the same name among {', '.join(names)}")
        return names

    def _python_type(self, part: Mapping[str, Any], *, argument: bool = False) -> str:
        kind: str = part["type"]
        if array := _ARRAY.match(kind):
            element = self._python_type(
                {**part, "type": array[1], "internalType": _element(part)}, argument=argument
            )
            return f"{'Sequence' if argument else 'tuple'}[{element}{'' if argument else ', ...'}]"
        internal = str(part.get("internalType", ""))
        if kind == "tuple":
            return self._struct(part)
        if internal.startswith("enum ") and (name := internal[5:].rpartition(".")[2]) in self._enums:
            self._used_enums[name] = None
            return name
        if kind == "address":
            return "Address"
        if kind == "bytes32":
            return "Hash32"
        if kind.startswith("bytes"):
            return "bytes"
        return str({"bool": "bool", "string": "str"}.get(kind, "int"))

    def _convert(self, part: Mapping[str, Any]) -> str:
        """Return the expression that turns a decoded value into its type; empty where it has it already."""
        kind = part["type"]
        if array := _ARRAY.match(kind):
            element = self._convert({**part, "type": array[1], "internalType": _element(part)})
            return f"lambda items: tuple(map({element}, items))" if element else "tuple"
        wanted = self._python_type(part)
        if kind == "tuple":
            return f"{wanted}.from_abi"
        return wanted if wanted in self._enums else ""

    def _struct_name(self, internal_type: str) -> str:
        """Return a struct's class; two of the same name are told apart by the contracts that declare them."""
        full = internal_type.removeprefix("struct ").split("[")[0]
        owner, _dot, name = full.rpartition(".")
        alike = {other for other in self._struct_types if other.rpartition(".")[2] == name}
        if len(alike) > 1:
            name = owner.removeprefix("I") + name
        taken = {entry.get("name") for entry in self._artifact.abi if entry["type"] == "event"}
        return f"{name}Struct" if name == self._name or name in taken else name

    def _struct(self, part: Mapping[str, Any]) -> str:
        name = self._struct_name(part["internalType"])
        if name not in self._structs:
            self._structs[name] = []
            names = self._names(part["components"])
            fields = list(self._fields(part["components"], names))
            self._structs[name] = [
                "@dataclass(frozen=True)",
                f"class {name}(Struct):",
                f'    """`{name}` of the contract."""',
                "",
                *fields,
                "",
                "",
            ]
            self._structs[name] = self._structs.pop(name)
        return name


_DECODERS: Final = (
    "    @staticmethod",
    "    def event(log: Log) -> ContractEvent | None:",
    '        """Return a log entry as a typed row; None where this contract has no such event."""',
    "        return decode_event(EVENTS, log)",
    "",
    "    @staticmethod",
    "    def error(data: bytes) -> ContractError | None:",
    '        """Return revert data as the error and its values; None where this contract declares no such error."""',
    "        return decode_error(ERRORS, data)",
    "",
)


def signature_of(entry: Mapping[str, Any]) -> str:
    """Return `name(types)`, under which NatSpec is kept."""
    name: str = entry["name"]
    return f"{name}({','.join(map(_abi_type, entry['inputs']))})"


def _abi_type(part: Mapping[str, Any]) -> str:
    kind: str = part["type"]
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(_abi_type(inner) for inner in part['components'])}){kind[len('tuple') :]}"


def _enums_of(artifact: Artifact, home: Path) -> dict[str, list[str]]:
    """Return the enums that our own sources declare, by name, with their members in order."""
    found = {}
    for path in sorted(artifact.inputs):
        if path.endswith(".sol"):
            for name, members in _ENUM.findall((home / path).read_text(encoding="utf-8")):
                found[name] = [
                    member.strip() for member in _COMMENT.sub("", members).split(",") if member.strip()
                ]
    return found


def _struct_types(parts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the full name of every struct among ABI entries or parameters, at any depth."""
    for part in parts:
        if str(part.get("type", "")).startswith("tuple"):
            yield part["internalType"].removeprefix("struct ").split("[")[0]
        for inner in ("inputs", "outputs", "components"):
            yield from _struct_types(part.get(inner, ()))


def _element(part: Mapping[str, Any]) -> str:
    internal = str(part.get("internalType", ""))
    return internal[: internal.rindex("[")] if internal.endswith("]") else internal


def _read(value: str, reader: str) -> str:
    if not reader:
        return value
    return f"({reader})({value})" if reader.startswith("lambda") else f"{reader}({value})"


def _plain_list(inputs: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[str]:
    return [
        f"plain({name})" if part["type"].startswith("tuple") or part["type"].endswith("]") else name
        for part, name in zip(inputs, names, strict=True)
    ]


def _plain_each(inputs: Sequence[Mapping[str, Any]], arguments: str) -> str:
    return ", ".join(_plain_list(inputs, arguments.split(", ") if arguments else []))


def _explained(names: Mapping[str, str], details: Mapping[str, Any]) -> list[tuple[str, str]]:
    told = details.get("params", {})
    return [(ours, _one_line(told[theirs])) for theirs, ours in names.items() if theirs in told]


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().replace("\\", "\\\\").replace('"""', "'''")


def _docstring(
    text: str, indent: int, arguments: Sequence[tuple[str, str]] = (), returned: Sequence[str] = ()
) -> list[str]:
    """Return a docstring's lines; it opens with a capital and ends with a full stop."""
    space = " " * indent
    opening = text[0].upper() + text[1:]
    opening += "" if opening.endswith((".", "!", "?")) else "."
    first, *rest = textwrap.wrap(
        f'{space}"""{opening}', _LINE, subsequent_indent=space, break_on_hyphens=False
    )
    told = [f"{name}: {meaning}" for name, meaning in arguments]
    told += [f"Returns {meaning}" for meaning in map(_one_line, returned)]
    more = [
        line
        for sentence in told
        for line in textwrap.wrap(
            space + sentence, _LINE, subsequent_indent=space + "    ", break_on_hyphens=False
        )
    ]
    lines = [first, *rest, *(["", *more] if more else [])]
    if len(lines) == 1 and len(first) + 3 <= _LINE and not first.endswith('"'):
        return [f'{first}"""']
    return [*lines, f'{space}"""']
