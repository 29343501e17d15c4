"""Verdicts as JUnit XML, the form that CI systems read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from sim.regression.check import Verdict

SUITE = "medsim check"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(verdicts: Sequence[Verdict]) -> bytes:
    """Return a test suite with a case a scenario; characters that XML forbids become U+FFFD."""
    counts = {
        "tests": str(len(verdicts)),
        "failures": str(sum(bool(verdict.differences) for verdict in verdicts)),
        "errors": str(sum(verdict.error is not None for verdict in verdicts)),
        "skipped": "0",
        "time": f"{sum(verdict.wall_s for verdict in verdicts):.3f}",
    }
    suites = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(suites, "testsuite", {"name": SUITE, **counts})
    for verdict in verdicts:
        _add_case(suite, verdict)
    ElementTree.indent(suites)
    return bytes(ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)) + b"\n"


def _add_case(suite: ElementTree.Element, verdict: Verdict) -> None:
    attributes = {"classname": SUITE, "name": _clean(verdict.scenario), "time": f"{verdict.wall_s:.3f}"}
    case = ElementTree.SubElement(suite, "testcase", attributes)
    if verdict.error is not None:
        _add_fault(case, "error", verdict.error.splitlines()[0], verdict.error)
    elif verdict.differences:
        count = len(verdict.differences)
        message = f"{count} difference{'s' if count > 1 else ''} from the accepted figures"
        _add_fault(case, "failure", message, "\n".join(verdict.differences))


def _add_fault(case: ElementTree.Element, kind: str, message: str, text: str) -> None:
    fault = ElementTree.SubElement(case, kind, {"message": _clean(message), "type": kind})
    fault.text = _clean(text)


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
