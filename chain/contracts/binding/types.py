"""Which Python type each part of an ABI has, and how a decoded value becomes one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from chain.contracts.binding.interface import Entry, Interface, struct_types
from chain.contracts.naming import python_name, snake
from chain.errors import ArtifactError

_ENUM: Final = re.compile(r"^\s*enum (\w+)\s*\{([^}]*)\}", re.MULTILINE)
_COMMENT: Final = re.compile(r"///?.*$", re.MULTILINE)
_ARRAY: Final = re.compile(r"^(.*)\[\d*\]$")


class Types:
    """The types of one contract. Structs and enums are noted as they are met, to be written out then."""

    def __init__(self, interface: Interface, home: Path) -> None:
        self._interface = interface
        self._enums = _enums_of(interface, home)
        self._used_enums: dict[str, None] = {}
        self._structs: dict[str, list[str]] = {}
        self._struct_types = set(struct_types(interface.artifact.abi))

    def names(self, parts: Sequence[Entry], prefix: str = "argument") -> dict[str, str]:
        """Return the Python name of each part by the ABI's; parts without a name are numbered."""
        contract, names = self._interface.name, {}
        for index, part in enumerate(parts):
            if not part["name"]:
                names[f"{prefix}{index}"] = f"{prefix}{index}"
                continue
            is_number = part["type"].startswith(("uint", "int")) and "enum " not in part.get(
                "internalType", ""
            )
            names[part["name"]] = python_name(contract, part["name"], is_number=is_number)
        if len(set(names.values())) != len(parts):
            raise ArtifactError(f"{contract}: two arguments have the same name among {', '.join(names)}")
        return names

    def python_type(self, part: Entry, *, argument: bool = False) -> str:
        """Return the type of a value; what is given as an `argument` may be any sequence where an array is due."""
        kind: str = part["type"]
        if array := _ARRAY.match(kind):
            element = self.python_type(
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

    def convert(self, part: Entry) -> str:
        """Return the expression that turns a decoded value into its type; empty where it has it already."""
        kind = part["type"]
        if array := _ARRAY.match(kind):
            element = self.convert({**part, "type": array[1], "internalType": _element(part)})
            return f"lambda items: tuple(map({element}, items))" if element else "tuple"
        wanted = self.python_type(part)
        if kind == "tuple":
            return f"{wanted}.from_abi"
        return wanted if wanted in self._enums else ""

    def fields(self, parts: Sequence[Entry], names: Mapping[str, str]) -> Iterator[str]:
        """Yield the fields of a struct, event or error, after what pairs them with the ABI's."""
        pairs = ", ".join(f'("{theirs}", "{ours}")' for theirs, ours in names.items())
        yield f"    FIELDS: ClassVar[tuple[Field, ...]] = ({pairs}{',' if len(names) == 1 else ''})"
        readers = {
            ours: reader
            for part, ours in zip(parts, names.values(), strict=True)
            if (reader := self.convert(part))
        }
        if readers:
            listed = ", ".join(f'"{ours}": {reader}' for ours, reader in readers.items())
            yield f"    READERS: ClassVar[Mapping[str, Any]] = {{{listed}}}"
        yield ""
        for part, ours in zip(parts, names.values(), strict=True):
            yield f"    {ours}: {self.python_type(part)}"

    def written(self) -> list[str]:
        """Return the enums and structs that were met, as Python."""
        enums = [line for name in sorted(self._used_enums) for line in self._enum(name)]
        return [*enums, *(line for lines in self._structs.values() for line in lines)]

    def _enum(self, name: str) -> Iterator[str]:
        yield f"class {name}(IntEnum):"
        yield f'    """`{name}` of the contracts, numbered as there."""'
        yield ""
        for number, member in enumerate(self._enums[name]):
            yield f"    {snake(member).upper()} = {number}"
        yield from ("", "")

    def _struct(self, part: Entry) -> str:
        name = self._struct_name(part["internalType"])
        if name not in self._structs:
            self._structs[name] = []  # a struct may hold itself in an array
            names = self.names(part["components"])
            lines = [
                f"class {name}(Struct):",
                f'    """`{name}` of the contract."""',
                "",
                *self.fields(part["components"], names),
                "",
                "",
            ]
            del self._structs[name]  # those that it is made of stand before it
            self._structs[name] = lines
        return name

    def _struct_name(self, internal_type: str) -> str:
        """Return a struct's class; two of the same name are told apart by the contracts that declare them."""
        full = internal_type.removeprefix("struct ").split("[")[0]
        owner, _dot, name = full.rpartition(".")
        alike = {other for other in self._struct_types if other.rpartition(".")[2] == name}
        if len(alike) > 1:
            name = owner.removeprefix("I") + name
        is_taken = name == self._interface.name or name in self._interface.event_names
        return f"{name}Struct" if is_taken else name


def _enums_of(interface: Interface, home: Path) -> dict[str, list[str]]:
    """Return the enums that our own sources declare, by name, with their members in order."""
    found = {}
    for path in sorted(interface.artifact.inputs):
        if path.endswith(".sol"):
            for name, members in _ENUM.findall((home / path).read_text(encoding="utf-8")):
                found[name] = [
                    member.strip() for member in _COMMENT.sub("", members).split(",") if member.strip()
                ]
    return found


def _element(part: Entry) -> str:
    internal = str(part.get("internalType", ""))
    return internal[: internal.rindex("[")] if internal.endswith("]") else internal
