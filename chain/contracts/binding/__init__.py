"""Typed Python bindings, generated from the artifacts: one module a contract in `chain/contracts/bindings`.

A function becomes a method that returns a `ContractCall`, a struct, an event and a custom error become rows (`rows`),
an enum an `IntEnum`. Names are Python's, numbers carry their unit (`naming`), docstrings are the NatSpec.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from chain.contracts.artifact import CONTRACTS, HOME, load
from chain.contracts.binding.module import module_text
from chain.contracts.naming import snake

BINDINGS: Final = HOME / "bindings"


def generate(home: Path = HOME) -> dict[str, str]:
    """Return the text of each module by file name; raise `ArtifactError` where a number has no unit."""
    modules = {f"{snake(name)}.py": module_text(load(name), home) for name in CONTRACTS}
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
