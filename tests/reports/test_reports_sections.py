"""What the sections say, held against tables that are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from report_page import Page
from report_run_factory import SyntheticRun, kpis_of

from reports.run_directory import RunDirectory
from reports.sections import answer, attacks, gains, ledger, people, privacy, record_story, token

Change = Callable[[SyntheticRun], Any]


SECTION_OF = {
    "answer": answer.section,
    "gains": gains.section,
    "token": token.section,
    "people": people.section,
    "attacks": attacks.section,
    "privacy": privacy.section,
    "chain": ledger.section,
    "story": record_story.section,
}


def told(tmp_path: Path, slug: str, change: Change) -> str:
    """All words of one section of a run that was changed before writing."""
    run = SyntheticRun()
    run.kpis = kpis_of(run.tables)
    change(run)
    section = SECTION_OF[slug](RunDirectory(run.write(tmp_path / "run")))
    assert section.slug == slug
    return " ".join(" ".join(_words(section)).split())


def _words(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for inner in part:
            yield from _words(inner)
    elif is_dataclass(part):
        for field in fields(part):
            if field.name not in ("svg", "name"):
                yield from _words(getattr(part, field.name))


def kpi(name: str, value: object) -> Change:
    def change(run: SyntheticRun) -> None:
        assert run.kpis is not None
        run.kpis[name] |= {"value": value} if value is not None else {"value": None, "reason": "a reason"}

    return change


def test_the_verdict_is_yes_when_every_rule_holds(page: Page) -> None:
    text = page.section("answer").text
    assert "Yes, at this load: the chain carried" in text
    assert "no personal string reached the chain" in text


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("chain.gas_used_share", 0.6, "No: the chain did not carry the load"),
        ("record.false_accepts", 1, "No: 1 forged record accepted"),
        ("record.false_rejects", 2, "2 honest records refused"),
        ("privacy.plaintext_on_chain_bytes", 12, "No: 12 bytes of personal strings stand on the chain"),
        ("privacy.plaintext_on_chain_bytes", None, "Not shown: whether personal strings reached the chain"),
        ("act.gas_per_visit", None, "What breaks first cannot be said"),
        ("chain.latency_p99_s", None, "p99: a reason"),
    ],
)
def test_each_rule_can_fail(tmp_path: Path, name: str, value: object, words: str) -> None:
    assert words in told(tmp_path, "answer", kpi(name, value))


@pytest.mark.parametrize(("outcome", "count"), [("expired", 1), ("dropped", 1), ("pending", 200)])
def test_what_did_not_get_in_fails_the_verdict(tmp_path: Path, outcome: str, count: int) -> None:
    def change(run: SyntheticRun) -> None:
        left_out = run.tables["transactions"].index < count
        outcomes = run.tables["transactions"]["outcome"].mask(left_out, outcome)
        run.tables["transactions"] = run.tables["transactions"].assign(outcome=outcomes)

    assert "No: the chain did not carry the load" in told(tmp_path, "answer", change)


def test_what_breaks_first_names_the_value_and_the_nation(page: Page) -> None:
    text = page.section("answer").text
    assert "at 1.67 visits/s (214 visits of 186,500 gas in each block of 40,000,000 gas" in text
    assert "The nation's Monday peak is 193 visits/s: the chain carries 0.864 % of it" in text
    assert "falls short of the country by a factor of 116" in text


def test_a_chain_of_endless_gas_carries_the_nation(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        run.scenario["chain"]["gas_limit_gas"] = 10**12

    text = told(tmp_path, "answer", change)
    assert "the chain carries 216 × that" in text
    assert "the byte limit (which allows at least 550 visits a block" in text


def test_a_load_beyond_capacity_says_the_queue_grows(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        run.scenario["chain"]["gas_limit_gas"] = 187_000
        run.scenario["time"]["days"] = 0.25

    assert "the queue grows without end" in told(tmp_path, "answer", change)


def test_an_unknown_protocol_has_no_target_and_no_byte_limit(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        run.scenario["chain"]["protocol"] = "custom"

    assert "byte limit of this protocol is not known here" in told(tmp_path / "a", "answer", change)
    assert "target" not in told(tmp_path / "b", "chain", change)


def test_intervals_replace_the_single_run_words_when_there_are_any(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        assert run.kpis is not None
        run.kpis["act.visits"] |= {"interval": [300, 315]}

    text = told(tmp_path, "answer", change)
    assert "300 to 315; grade U" in text


def test_gains_say_who_paid_and_what_was_earned(page: Page) -> None:
    text = page.section("gains").text
    assert "providers paid 84.7 % of them, patients none" in text
    assert "Rewards came to 38,356,164 MED (patients 50 %, providers 50 %)" in text
    assert "MED has no price (there is no market in this run)" in text


def test_without_a_rate_there_is_no_krw(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        del run.scenario["economy"]["qtum_krw"]

    assert "QTUM has no KRW rate in this scenario" in told(tmp_path, "gains", change)


def test_only_canonical_transactions_are_paid_for(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        run.tables["transactions"] = run.tables["transactions"].assign(canonical=False)

    assert "Nobody paid a fee in this run" in told(tmp_path, "gains", change)


def test_the_books_close_to_the_last_unit(page: Page, tmp_path: Path) -> None:
    assert "The books close" in page.section("token").text

    def change(run: SyntheticRun) -> None:
        balances = run.tables["balances"].copy()
        balances.loc[0, "closing_med_units"] += 1
        run.tables["balances"] = balances

    text = told(tmp_path, "token", change)
    assert (
        "The books do not close: holders and supply differ by 0 units at the start and 1 at the end" in text
    )


def test_a_price_is_told_where_there_is_one(tmp_path: Path) -> None:
    text = told(tmp_path, "token", kpi("token.price_krw", 11.5))
    assert "One MED was worth 11.5 KRW at the end" in text


def test_the_funnel_never_widens(page: Page) -> None:
    (funnel,) = [node for node in page.figures() if node.attributes["id"] == "figure-funnel"]
    alt = funnel.all("svg")[0].attributes["aria-label"]
    counts = [int(part.split()[-1]) for part in alt.split(": ")[1].split(", ")]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == 320


def test_providers_of_one_name_are_told_apart(tmp_path: Path, page: Page) -> None:
    def change(run: SyntheticRun) -> None:
        run.tables["visits"] = run.tables["visits"].assign(provider_name="Clinic")

    assert "Clinic · h004" in told(tmp_path, "people", change)
    assert "Clinic of Ward 4 h004" not in page.section("people").text


def test_forged_presentations_do_not_count_as_shares(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        run.tables["shares"] = run.tables["shares"].assign(origin="forged", accepted=True)

    text = told(tmp_path, "people", change)
    assert "The records of 0 visits were later accepted" in text


def test_wrong_verdicts_are_counted(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        run.tables["shares"] = run.tables["shares"].assign(accepted=True)

    text = told(tmp_path, "attacks", change)
    assert "Wrong verdicts: 8; 8 forged accepted, 0 honest refused." in text


def test_a_planted_fault_is_named(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        run.scenario["faults"]["plant"] = "med-created"

    assert "the fault “med-created” was planted" in told(tmp_path, "attacks", change)


def test_leaks_lead_the_privacy_section(tmp_path: Path) -> None:
    text = told(tmp_path, "privacy", kpi("privacy.plaintext_on_chain_bytes", 31))
    assert text.startswith("privacy Privacy and law 31 bytes of personal strings")


def test_the_story_has_its_steps_its_local_times_and_its_picture(page: Page) -> None:
    story = page.section("story")
    assert [node.text for node in story.all("h3")] == [
        "The desk shows a code", "The patient scans it", "Checked in", "Shown elsewhere",
    ]  # fmt: skip
    assert "Wed 2018-10-10 10:00:12 (+12 s)" in story.text
    (picture,) = story.all("img")
    assert picture.attributes["alt"]
    assert picture.attributes["src"].startswith("data:image/png;base64,iVBORw0KGgo")


def test_certainty_counts_grades_and_lists_the_unsourced(page: Page) -> None:
    certainty = page.section("certainty")
    unsourced = certainty.all("table")[1].text
    assert "emission.rate" in unsourced
    assert "0 to 0.2" in unsourced
    assert "chain.gas_limit_gas" not in unsourced
    assert "undefined: there is no market in this run" in certainty.text


def test_fields_of_the_story_carry_their_unit_after_the_number(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        run.story[0]["fields"] = {"fee_sat": 2571240, "code_id": "0x1", "waited_s": 208.0}

    assert "fee 2571240 sat code id 0x1 waited 208.0 s" in told(tmp_path, "story", change)


def test_inputs_put_what_was_changed_first(page: Page) -> None:
    _, changed, kept = page.section("inputs").all("table")
    assert [row.all("td")[0].text for row in changed.all("tr")[1:]] == ["seed", "emission.rate"]
    assert "chain.gas_limit_gas" in kept.text
    assert "medsim run scenario.toml --seed 1 --engine pyevm" in page.section("inputs").text
