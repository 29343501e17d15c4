"""`medsim scenario`: look at scenarios before running them."""

from __future__ import annotations

import argparse
import json
import sys

from sim.cli.verbs import Subparsers, add_verbs
from sim.errors import ScenarioError

_SCENARIO_HELP = "name of a packaged scenario (see `medsim scenario list`) or path of a .toml file"


def register(subparsers: Subparsers) -> None:
    """Add the command; each handler returns the exit code and raises `ScenarioError` for wrong input."""
    command = subparsers.add_parser(
        "scenario",
        help="list, show, validate, explain and diff scenarios; print their schema",
        description="Look at scenarios before running them.",
    )
    actions = add_verbs(command, "actions", "ACTION")

    listing = actions.add_parser(
        "list",
        help="packaged scenarios and the question each answers",
        description="Print each packaged scenario by name with the question that it answers.",
    )
    listing.set_defaults(handler=_list)

    show = actions.add_parser(
        "show",
        help="a scenario with every default spelled out, as TOML",
        description="Print a scenario as TOML with every default spelled out, each key with its unit, range "
        "and grade. What is printed is a scenario file itself.",
    )
    show.add_argument("scenario", metavar="SCENARIO", help=_SCENARIO_HELP)
    show.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change a key, such as --set emission.rate=0.1; may be repeated",
    )
    show.set_defaults(handler=_show)

    validate = actions.add_parser(
        "validate",
        help="say what is wrong with scenarios, if anything",
        description="Check scenarios whole and name every wrong key with its value and what is allowed; exit "
        "code 2 if there is one.",
    )
    validate.add_argument("scenarios", metavar="SCENARIO", nargs="+", help=_SCENARIO_HELP)
    validate.set_defaults(handler=_validate)

    schema = actions.add_parser(
        "schema",
        help="JSON Schema of the scenario file, for editors",
        description="Print the JSON Schema of the scenario file: an editor that reads it completes keys and "
        "marks mistakes.",
    )
    schema.set_defaults(handler=_schema)

    explanation = actions.add_parser(
        "explain",
        help="unit, range, default, grade and source of a key",
        description="Say what a key means: its unit, range, default, grade (S sourced, D derived, U "
        "unsourced) and source.",
    )
    explanation.add_argument(
        "key",
        metavar="KEY",
        nargs="?",
        help="a key such as emission.rate, or a chapter; all chapters if absent",
    )
    explanation.set_defaults(handler=_explain)

    diff = actions.add_parser(
        "diff",
        help="the keys on which two scenarios differ",
        description="Print each key on which two scenarios differ with both values and the unit, defaults "
        "included.",
    )
    diff.add_argument("first", metavar="A", help=_SCENARIO_HELP)
    diff.add_argument("second", metavar="B", help=_SCENARIO_HELP)
    diff.set_defaults(handler=_diff)


def _list(_arguments: argparse.Namespace) -> int:
    from sim.scenario import available, load

    names = available()
    width = max((len(name) for name in names), default=0)
    for name, path in names.items():
        print(f"{name:<{width}}  {load(path).question}")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from sim.scenario import load, parse_setting
    from sim.scenario.text import write

    overrides = dict(parse_setting(setting) for setting in arguments.set)
    print(write(load(arguments.scenario, overrides), annotated=True), end="")
    return 0


def _validate(arguments: argparse.Namespace) -> int:
    from sim.scenario import load

    wrong = 0
    for scenario in arguments.scenarios:
        try:
            load(scenario)
        except ScenarioError as error:
            wrong += 1
            print(error, file=sys.stderr)
        else:
            print(f"{scenario}: valid")
    return 2 if wrong else 0


def _schema(_arguments: argparse.Namespace) -> int:
    from sim.scenario.schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return 0


def _explain(arguments: argparse.Namespace) -> int:
    from sim.scenario.explanation import contents, explain

    print(contents() if arguments.key is None else explain(arguments.key))
    return 0


def _diff(arguments: argparse.Namespace) -> int:
    from sim.scenario import load
    from sim.scenario.difference import differences
    from sim.scenario.text import toml_value

    found = differences(load(arguments.first), load(arguments.second))
    for difference in found:
        unit = "" if difference.unit == "1" else f"  {difference.unit}"
        print(f"{difference.key}: {toml_value(difference.first)} → {toml_value(difference.second)}{unit}")
    if not found:
        print("no difference")
    return 0
