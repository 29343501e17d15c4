"""One contract's module: what stands in it, in which order, and what it imports."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from chain.contracts.artifact import Artifact
from chain.contracts.binding.functions import Functions
from chain.contracts.binding.interface import Interface
from chain.contracts.binding.rows import Rows
from chain.contracts.binding.text import docstring, one_line
from chain.contracts.binding.types import Types

_IMPORTS: Final = (
    ("collections.abc", ("Mapping", "Sequence")),
    ("enum", ("IntEnum",)),
    ("typing", ("Any", "ClassVar", "Final")),
    ("", ()),
    ("chain.block", ("Address", "Hash32", "Log")),
    ("chain.contracts.rows", ("Row",)),
    (
        "chain.contracts.typed",
        (
            "ContractCall",
            "ContractError",
            "ContractEvent",
            "Field",
            "Struct",
            "decode_error",
            "decode_event",
            "interface",
            "plain",
            "same",
        ),
    ),
)
"""What a module may import, in order; what it does not use is left out, of `enum` an empty line stays."""

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


def module_text(artifact: Artifact, home: Path) -> str:
    """Return the module of a contract whose sources are below `home`."""
    interface = Interface(artifact)
    types = Types(interface, home)
    functions = Functions(interface, types)
    events, errors = (Rows(interface, types, kind) for kind in ("event", "error"))
    # Structs stand in the order in which they are first met, so that the order of these lines is part of the text.
    methods, creation, answers = functions.methods(), functions.creation(), functions.answers()
    rows = [*events.rows(), *errors.rows()]
    body = [
        *types.written(), *answers, *rows, *events.catalogue(), *errors.catalogue(),
        *_class_head(interface), *creation, *methods, *_DECODERS,
    ]  # fmt: skip
    text = "\n".join(body)
    return "\n".join([*_head(interface, text), text.rstrip(), ""])


def _head(interface: Interface, body: str) -> list[str]:
    title = interface.artifact.devdoc.get("title", interface.name)
    lines = [
        f'"""{interface.name}: {one_line(title)}.',
        "",
        "Generated from the ABI by `medsim contracts build`; do not edit.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
    ]
    for module, names in _IMPORTS:
        used = [name for name in names if re.search(rf"\b{name}\b", body)]
        if used:
            lines.append(f"from {module} import {', '.join(used)}")
        elif not module:
            lines.append("")
    return [*lines, "", ""]


def _class_head(interface: Interface) -> list[str]:
    name, artifact = interface.name, interface.artifact
    notice = artifact.userdoc.get("notice") or artifact.devdoc.get("title") or name
    return [
        f"class {name}:",
        *docstring(one_line(notice), indent=4),
        "",
        f'    NAME: ClassVar = "{name}"',
        "",
        "    def __init__(self, address: Address) -> None:",
        '        """Speak to the contract at `address`."""',
        "        self.address = address",
        "",
    ]
