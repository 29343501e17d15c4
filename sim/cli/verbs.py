"""Commands that have commands of their own answer with the list of them where none is named."""

from __future__ import annotations

import argparse
import sys
from typing import Any

Subparsers = Any  # argparse names the class only privately


def add_verbs(parser: argparse.ArgumentParser, title: str, metavar: str) -> Subparsers:
    """Return the subparsers of `parser`; without one of them it prints its help and ends with exit code 2."""

    def list_verbs(_arguments: argparse.Namespace) -> int:
        parser.print_help(sys.stderr)
        return 2

    parser.set_defaults(handler=list_verbs)
    return parser.add_subparsers(title=title, metavar=metavar)
