"""What the sections say, held against tables that are known."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from report_page import Page
from report_run_factory import SyntheticRun, kpis_of

import reports
from reports.quantities import med
from reports.run_directory import RunDirectory
from reports.sections import answer, attacks, gains, ledger, people, privacy, record_story, token
from reports.sections.inputs import replay_command
from reports.sections.verdict import band_of

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


def changed_run(change: Change) -> SyntheticRun:
    run = SyntheticRun()
    change(run)
    return run


def kpi(name: str, value: object) -> Change:
    def change(run: SyntheticRun) -> None:
        assert run.kpis is not None
        run.kpis[name] |= {"value": value} if value is not None else {"value": None, "reason": "a reason"}

    return change


def test_the_answer_says_how_long_and_how_much(page: Page) -> None:
    answer = page.section("answer")
    first = answer.all("p")[0].text
    assert first.startswith(
        "Minutes to the anchored record and the credited points, days to the paid MED: half of the 320 scanned "
        "visits got there within "
    )
    assert "d" in first.split(" of the scan.")[0].split(" and ")[-1]
    assert first.endswith("A visit cost 320.8 KRW in chain fees.")
    labels = [node.text for node in answer.all("p") if node.attributes.get("class") == "label"]
    assert labels == [
        "from scan to record anchored", "from scan to points credited", "from scan to MED paid", "chain fees per visit",
    ]  # fmt: skip
    assert "Paid after each epoch of 7 days. 1 run, no interval; grade U" in answer.text
    assert "minutes, minutes, days" in answer.all("table")[0].text


def test_what_was_checked_is_told_when_every_rule_holds(page: Page) -> None:
    text = page.section("answer").text
    assert "Checked, at this load: the chain carried" in text
    assert "no personal string reached the chain" in text
    assert "not tested" not in text


@pytest.mark.parametrize(
    ("seconds", "word"),
    [(0, "seconds"), (59.9, "seconds"), (60, "minutes"), (3599, "minutes"), (3600, "hours"), (86_399, "hours"),
     (86_400, "days"), (1e9, "days"), (math.inf, "never")],
)  # fmt: skip
def test_waits_are_called_by_their_size(seconds: float, word: str) -> None:
    assert band_of(seconds) == word


def test_a_run_that_paid_nothing_says_so(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        run.tables["epochs"], run.tables["rewards"] = run.tables["epochs"][:0], run.tables["rewards"][:0]

    text = told(tmp_path, "answer", change)
    assert "Minutes to the anchored record and the credited points: half of the 320" in text
    assert "No MED was paid in this run." in text
    assert "from scan to MED paid not in this run for none of 320 visits" in text


def test_fewer_than_half_is_told_in_numbers(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        rewards = run.tables["rewards"]
        run.tables["rewards"] = rewards[rewards["epoch"] == 0]

    visits = SyntheticRun().tables["visits"]
    paid = int((visits["credited_at_s"] < 7 * 86_400).sum())
    text = told(tmp_path, "answer", change)
    assert f"Only {paid} of 320 scanned visits had MED paid by the end of the run." in text
    assert f"from scan to MED paid not in this run median; {paid} of 320 visits got there." in text


def test_a_run_in_which_no_visit_got_anywhere_says_so(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        run.tables["visits"] = run.tables["visits"].assign(
            checked_in_at_s=math.nan, anchored_at_s=math.nan, credited_at_s=math.nan
        )

    text = told(tmp_path, "answer", change)
    assert (
        "No record was anchored in this run. No points were credited in this run. No MED was paid in this run."
        in text
    )


@pytest.mark.parametrize(
    ("fee", "words"),
    [
        ({"beside": {"fee_qtum": 0.0746}}, "A visit cost 320.8 KRW in chain fees (0.0746 QTUM)."),
        (
            {"value": None, "reason": "no rate", "beside": {"fee_qtum": 0.0746}},
            "A visit cost 0.0746 QTUM in chain fees; what that is in KRW is undefined: no rate.",
        ),
        ({"value": None, "reason": "no visit"}, "What a visit cost is undefined: no visit."),
    ],
)
def test_the_cost_of_a_visit_is_told_as_far_as_it_is_known(
    tmp_path: Path, fee: dict[str, Any], words: str
) -> None:
    def change(run: SyntheticRun) -> None:
        assert run.kpis is not None
        run.kpis["act.fee_per_visit_krw"] |= fee

    assert words in told(tmp_path, "answer", change)


def test_without_a_presentation_verification_is_not_tested(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        run.tables["shares"] = run.tables["shares"][:0]

    text = told(tmp_path / "a", "answer", change)
    assert "Not tested: no record was presented a second time." in text
    assert "not tested no record was presented a second time" in text
    assert "all 0" not in text
    assert "verification was not tested in this run" in told(tmp_path / "b", "attacks", change)


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        ("forged", "every forged record (60) was refused, though no honest one was presented"),
        ("honest", "all 60 honest records were accepted, though none was forged"),
    ],
)
def test_a_check_of_one_kind_of_record_says_that_the_other_is_missing(
    tmp_path: Path, origin: str, words: str
) -> None:
    def change(run: SyntheticRun) -> None:
        run.tables["shares"] = run.tables["shares"].assign(origin=origin, accepted=origin == "honest")

    assert words in told(tmp_path, "answer", change)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("chain.gas_used_share", 0.6, "Failed: the chain did not carry the load"),
        ("record.false_accepts", 1, "Failed: 1 forged record accepted"),
        ("record.false_rejects", 2, "2 honest records refused"),
        ("privacy.plaintext_on_chain_bytes", 12, "Failed: 12 bytes of personal strings stand on the chain"),
        ("privacy.plaintext_on_chain_bytes", None, "Not tested: whether personal strings reached the chain"),
        ("act.gas_per_visit", None, "What breaks first cannot be said: a reason."),
        ("chain.latency_p99_s", None, "p99: a reason"),
        ("chain.latency_p50_s", None, "Time to finality is undefined: a reason"),
        ("act.visits", None, "How many visits were checked in is undefined: a reason"),
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

    assert "Failed: the chain did not carry the load" in told(tmp_path, "answer", change)


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
        run.tables["visits"]["started_at_s"] /= 120

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


@pytest.mark.parametrize("size", [10, 1_000, 10**9])
def test_the_step_of_the_axis_is_that_of_its_ticks(tmp_path: Path, size: int) -> None:
    def change(run: SyntheticRun) -> None:
        run.scenario["chain"]["gas_limit_gas"] = 40_000 * size

    page = Page(reports.render(changed_run(change).write(tmp_path / "run")))
    (figure,) = [node for node in page.figures() if node.attributes["id"] == "figure-load"]
    ticks = [
        float(node.text.replace(",", "")) for node in figure.all("text") if node.text.strip("0,.") == "1"
    ]
    steps = {round(after / before) for before, after in pairwise(ticks)}
    assert len(steps) == 1
    assert f"Each step of the axis is a factor of {steps.pop():,}." in figure.all("figcaption")[0].text


def test_the_median_record_is_the_same_wherever_it_stands(page: Page) -> None:
    in_people = re.search(r"and ([\d.]+ kB) at the median", page.section("people").text)
    in_privacy = re.search(r"records of ([\d.]+ kB) at the median", page.section("privacy").text)
    assert in_people
    assert in_privacy
    assert in_people[1] == in_privacy[1]


def test_without_records_there_is_no_median(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        run.tables["visits"] = run.tables["visits"].assign(record_bytes=0)

    assert "No record was made." in told(tmp_path, "people", change)


@pytest.mark.parametrize(
    ("source", "generator", "told_of"),
    [("sample", "synth", True), ("sample", None, False), ("own", "synth", False)],
)
def test_whose_hours_these_are_is_told_for_the_sample(
    tmp_path: Path, source: str, generator: str | None, told_of: bool
) -> None:
    def change(run: SyntheticRun) -> None:
        run.scenario["population"]["source"] = source
        run.manifest["facts"]["population"]["generator"] = generator

    words = "Times of day are those that the histories' generator (synth) wrote, not a clinic's hours."
    assert (words in told(tmp_path, "people", change)) == told_of


def test_labels_stand_clear_of_bars_and_frame(page: Page) -> None:
    (epochs,) = [node for node in page.figures() if node.attributes["id"] == "figure-epochs"]
    labels = [node for node in epochs.all("text") if node.text.endswith(" MP")]
    assert len(labels) == 4
    top = float(epochs.all("svg")[0].attributes["viewbox"].split()[3])
    heights = [float(node.attributes["y"]) for node in labels]
    assert min(heights) > 0.06 * top, "no label on the frame"


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
    assert "No visit's record was later accepted" in text


def test_wrong_verdicts_are_counted(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        run.tables["shares"] = run.tables["shares"].assign(accepted=True)

    text = told(tmp_path, "attacks", change)
    assert "Wrong verdicts: 8; 8 forged accepted, 0 honest refused." in text


def test_a_planted_fault_is_named(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        run.scenario["faults"]["plant"] = "med-created"

    assert "the violation “med-created” was planted to test the alarm" in told(tmp_path, "attacks", change)


def test_injected_faults_have_a_row_and_the_others_are_said_to_be_missing(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        row = {
            "fault": "partitions", "concerned": "JP | EU", "from_s": 7_200.0, "to_s": 14_400.0, "effects": 12,
            "effect": "block in vain", "stale_blocks": 13, "reorganisation_max_blocks": 11, "moved_after_s": 90.0,
        }  # fmt: skip
        run.tables["faults"] = pd.DataFrame([row])

    text = told(tmp_path / "a", "attacks", change)
    assert "partition JP | EU " in text
    assert " 12 block in vain 13 11 " in text
    assert "withheld blocks, wrong clocks and concentrated stake were not simulated" in text
    without = told(tmp_path / "b", "attacks", lambda _run: None)
    assert "No fault was injected into the network." in without
    assert "withheld blocks, partition, wrong clocks and" in without


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

    assert "fee 0.0257124 QTUM code id 0x1 waited 3 min 28 s" in told(tmp_path / "qtum", "story", change)

    def on_votes(run: SyntheticRun) -> None:
        change(run)
        run.scenario["chain"]["protocol"] = "panacea-bft"

    assert "fee 0.0257124 MED code id" in told(tmp_path / "votes", "story", on_votes)


def test_inputs_put_what_was_changed_first(page: Page) -> None:
    _, changed, kept = page.section("inputs").all("table")
    assert [row.all("td")[0].text for row in changed.all("tr")[1:]] == ["seed", "emission.rate"]
    assert "chain.gas_limit_gas" in kept.text
    heads = [[node.text for node in table.all("th")] for table in (changed, kept)]
    assert heads[0] == ["Key", "Value", "Default", "Unit", "Grade", "Source"]
    assert heads[1] == ["Key", "Value", "Unit", "Grade", "Source"], "a default that is the value is told once"


def test_the_replay_line_works_from_outside_the_run_directory(page: Page, tmp_path: Path) -> None:
    command = (
        "medsim run runs/baseline-abababab-s1-pyevm/scenario.toml --seed 1 --engine pyevm --out runs-again"
    )
    text = page.section("inputs").text
    assert f"replay, from the folder that holds runs {command}" in text
    hidden = SyntheticRun().write(tmp_path / ".tmp-baseline-abababab-s1-pyevm-x7")
    assert replay_command(RunDirectory(hidden)) == command


def test_the_run_s_own_replay_line_goes_first(tmp_path: Path) -> None:
    run = SyntheticRun()
    run.manifest["facts"]["replay"] = "medsim run baseline --seed 1 --set emission.rate=0.1"
    text = Page(reports.render(run.write(tmp_path / "run"))).section("inputs").text
    assert "replay medsim run baseline --seed 1 --set emission.rate=0.1" in text
    assert "scenario.toml" not in text


def test_what_a_run_sets_otherwise_stands_under_the_scenario_s_title(tmp_path: Path) -> None:
    run = SyntheticRun()
    assert "this run sets" not in reports.render(run.write(tmp_path / "plain"))
    settings = ["chain.protocol=panacea-bft", *(f"dpos.slot_s={second}" for second in range(1, 8))]
    replay = "medsim run baseline --seed 1 " + " ".join(f"--set {setting}" for setting in settings)
    run.manifest = {**run.manifest, "facts": {**run.manifest["facts"], "replay": replay}}
    page = reports.render(run.write(tmp_path / "set"))
    assert "Title and question are the scenario&#39;s; this run sets chain.protocol=panacea-bft, dpos" in page
    assert "dpos.slot_s=5 and 2 more (section 10)." in page


def test_without_a_hash_the_directory_s_own_name_is_taken(tmp_path: Path) -> None:
    run = SyntheticRun()
    del run.manifest["scenario_hash"], run.manifest["facts"]
    found = RunDirectory(run.write(tmp_path / "odd name"))
    assert replay_command(found) == (
        "medsim run 'runs/odd name/scenario.toml' --seed 1 --engine pyevm --out runs-again"
    )


def test_a_long_value_wraps_and_a_number_does_not(tmp_path: Path) -> None:
    run = SyntheticRun()
    question = "Does a visit get from QR code to verified record and paid reward within minutes?"
    run.inputs.append(run.inputs[3] | {"key": "scenario.question", "value": question, "default": None})
    page = Page(reports.render(run.write(tmp_path / "run")))
    (cell,) = [node for node in page.section("inputs").all("td") if node.text == question]
    assert cell.attributes["class"] == "words"
    seed = next(node for node in page.section("inputs").all("td") if node.text == "0.05")
    assert seed.attributes["class"] == "number"


def drained(run: SyntheticRun) -> None:
    """Two hours of payments after the end of the load, as a row of their own."""
    supply, balances = run.tables["supply"].copy(), run.tables["balances"].copy()
    last = supply.iloc[[-1]].assign(time_s=30 * 86_400 + 7200.0)
    for column in ("supply_med_units", "treasury_med_units"):
        last[column] += 500
    run.tables["supply"] = pd.concat([supply, last], ignore_index=True)
    balances.loc[balances["role"] == "treasury", "closing_med_units"] += 500
    run.tables["balances"] = balances


def test_the_books_are_held_against_the_supply_after_the_drain(tmp_path: Path) -> None:
    text = told(tmp_path / "after", "token", drained)
    assert "The books close" in text
    assert "in 30 days and the 2 h after them until what was under way had ended" in text

    def cut(run: SyntheticRun) -> None:
        drained(run)
        run.tables["supply"] = run.tables["supply"][:-1]

    assert "The books do not close" in told(tmp_path / "before", "token", cut)


def test_what_is_carried_over_is_not_emitted_twice(tmp_path: Path, page: Page) -> None:
    epochs = SyntheticRun().tables["epochs"]
    assert (epochs["budget_med_units"] > epochs["emission_med_units"]).any(), "something was carried in"
    emitted = int(epochs["emission_med_units"].sum())
    text = page.section("token").text
    assert f"of an emission of {med(emitted)}.".replace("\u00a0", " ") in text
    assert "Unpaid [MED]" not in text
    assert "neither paid nor carried on" not in text

    def change(run: SyntheticRun) -> None:
        found = run.tables["epochs"].copy()
        last = found.index[-1]
        found.loc[last, "unpaid_med_units"] = found.loc[last, "paid_med_units"]
        found.loc[last, "paid_med_units"] = 0
        run.tables["epochs"] = found

    left = med(int(epochs["paid_med_units"].iloc[-1])).replace("\u00a0", " ")
    text = told(tmp_path, "token", change)
    assert f"{left} were neither paid nor carried on when the run ended." in text
    assert "Unpaid [MED]" in text


def test_med_per_visit_counts_only_visits_of_epochs_that_were_paid(tmp_path: Path) -> None:
    run = SyntheticRun()
    of_paid = int((run.tables["visits"]["credited_at_s"] < 28 * 86_400).sum())
    each = int(run.tables["rewards"]["amount_med_units"].sum()) // of_paid
    words = f"{med(each)} for each visit credited in an epoch that was paid".replace("\u00a0", " ")
    assert words in told(tmp_path / "a", "token", lambda _: None)

    def unpaid(run: SyntheticRun) -> None:
        run.tables["rewards"] = run.tables["rewards"][:0]

    def endless(run: SyntheticRun) -> None:
        del run.scenario["rewards"]["epoch_days"]

    assert "for each visit" not in told(tmp_path / "b", "token", unpaid)
    assert "for each visit" not in told(tmp_path / "c", "token", endless)


def test_forks_that_cannot_occur_have_their_reason(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        assert run.kpis is not None
        run.kpis["chain.orphan_share"] = {
            "value": None, "unit": "0–1", "reason": "one network view: forks cannot occur"
        }  # fmt: skip

    text = told(tmp_path / "a", "attacks", change)
    assert (
        "The share of orphaned blocks is undefined (one network view: forks cannot occur); no violation"
        in text
    )
    assert "of all blocks were orphaned" not in text
    run = SyntheticRun(kpis=kpis_of(SyntheticRun().tables))
    change(run)
    page = Page(reports.render(run.write(tmp_path / "b")))
    assert "undefined: one network view" in page.section("certainty").text


def test_a_run_whose_people_stand_for_many_is_silent_about_the_chain(tmp_path: Path) -> None:
    run = SyntheticRun()
    run.scenario["economy"] |= {"scale": "representative", "person_weight": 500}
    path = run.write(tmp_path / "run")
    page = Page(reports.render(path))
    silence = "This run gives no answer about the chain: each simulated person stands for 500"
    for slug in ("answer", "chain"):
        section = page.section(slug)
        assert silence in section.text
        assert not section.all("svg")
        for claim in ("What breaks first", "Monday peak", "the chain carried", "finality", "visits/s"):
            assert claim not in section.text
    assert "every forged record" in page.section("answer").text
    short = Page(reports.summary(path)).root.text
    assert silence in short
    assert "chain.latency_p50_s" not in short


def test_one_is_one(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        visits = run.tables["visits"]
        run.tables["visits"] = visits[visits["credited_at_s"] < 7 * 86_400][:1]
        run.scenario["rewards"]["epoch_days"] = 1
        run.scenario["population"]["patients"] = 1
        run.scenario["time"]["days"] = 1

    answered = told(tmp_path / "a", "answer", change)
    assert "the only scanned visit got there within" in answered
    assert "each epoch of 1 day." in answered
    assert "falls on 1 person and their providers" in told(tmp_path / "b", "token", change)
    run = changed_run(change)
    text = Page(reports.render(run.write(tmp_path / "c"))).root.text
    assert "1 patient, 1 day from" in text
    assert re.search(r"\b1 (days|people)\b", text) is None


def test_a_run_in_whose_window_nobody_came_is_drawn(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        run.tables["visits"]["started_at_s"] += 31 * 86_400

    text = told(tmp_path, "answer", change)
    assert text.count("No visit began in the measured time.") == 2
    assert "∞" not in text


def test_the_warm_up_is_told_where_there_is_one(tmp_path: Path, page: Page) -> None:
    assert "warm-up" not in page.root.all("header")[0].text
    run = SyntheticRun()
    run.scenario["time"]["warmup_days"] = 3
    header = Page(reports.render(run.write(tmp_path / "run"))).root.all("header")[0].text
    assert "Figures are measured after the warm-up of 3 days; tables hold the whole run." in header


def test_times_and_origins_are_written_for_readers(tmp_path: Path) -> None:
    run = SyntheticRun()
    run.manifest["wall_s"] = 61.123456789012345
    page = Page(reports.render(run.write(tmp_path / "run")))
    assert "wall time [s] 61.1 " in page.section("inputs").text
    assert (
        "The histories come from the bundled synthetic sample (licence: Apache-2.0), made by synth from seed 2018; "
        "60 histories stand for 120 people here. They were drawn with replacement."
    ) in page.section("people").text


@pytest.mark.parametrize(("gas", "words"), [(1_000_000, "it does."), (50_000_000, "it does not, so that it")])
def test_the_largest_transaction_must_fit_into_a_block(tmp_path: Path, gas: int, words: str) -> None:
    def change(run: SyntheticRun) -> None:
        run.tables["transactions"].loc[3, "gas_limit_gas"] = gas

    text = told(tmp_path, "answer", change)
    assert (
        f"The largest single transaction of the run, of {gas:,} gas at most, must also fit into a block of "
        f"40,000,000 gas: {words}"
    ) in text


def test_a_figure_without_a_grade_shows_none(tmp_path: Path) -> None:
    run = SyntheticRun(kpis=kpis_of(SyntheticRun().tables))
    assert run.kpis is not None
    run.kpis["sim.digest"] = {"value": "0x1", "unit": ""}
    run.kpis["chain.blocks"] |= {"grade": None}
    text = Page(reports.render(run.write(tmp_path / "run"))).section("certainty").text
    assert "grade None" not in text
    assert re.search(r"chain\.blocks 20,250 \S+ 1 run, no interval chain\.", text)


def voted(**changed: object) -> dict[str, object]:
    """A row of `governance`: an executed proposal."""
    row: dict[str, object] = {
        "proposal": 0, "parameter": "block_gas_limit_gas", "value": "20000000", "previous": "40000000",
        "outcome": "executed", "proposed_at_s": 86_400.0, "voting_from_s": 172_800.0, "voting_until_s": 777_600.0,
        "queued_at_s": 777_700.0, "executed_at_s": 967_680.0, "effective_block_number": 6_700, "voters": 3,
        "for_med_units": 2 * 10**16, "against_med_units": 10**15, "abstaining_med_units": 0,
        "quorum_med_units": 10**16, "gas_gas": 900_000, "fee_sat": 36_000_000,
    }  # fmt: skip
    return {**row, **changed}


def test_what_was_voted_on_is_told_only_where_something_was(tmp_path: Path) -> None:
    rows = [
        voted(),
        voted(
            proposal=1,
            parameter="reward_curve",
            previous="linear",
            value="quadratic",
            effective_block_number=None,
        ),
        voted(proposal=2, outcome="defeated", executed_at_s=None, effective_block_number=None),
    ]

    def change(run: SyntheticRun) -> None:
        run.tables["governance"] = pd.DataFrame(rows)

    words = told(tmp_path, "chain", change)
    assert "What was voted on" in words
    amounts = " ".join(f"{med(2 * 10**16)} {med(10**15)}".split())
    assert f"block_gas_limit_gas 40000000 20000000 {amounts} executed block 6,700, day 11.2" in words
    assert f"reward_curve linear quadratic {amounts} executed day 11.2" in words
    assert f"block_gas_limit_gas 40000000 20000000 {amounts} defeated A new block" in words
    assert "What was voted on" not in told(tmp_path / "silent", "chain", lambda _run: None)


def test_own_acts_stand_beside_published_ones_and_say_where_they_were_measured(tmp_path: Path) -> None:
    chain = told(tmp_path, "chain", lambda _run: None)
    consent = re.search(
        r"grant a doctor access here ([\d,]+) measured in the rehearsal of ConsentRegistry", chain
    )
    assert consent is not None
    assert 47_464 < int(consent[1].replace(",", "")) < 193_000
    assert "193,000 to 211,000" in chain
    assert "up to 200,000 gas together under the linear reward curve" in chain
    assert "up to 218,000 under other curves and caps" in chain


def on(protocol: str) -> Change:
    def change(run: SyntheticRun) -> None:
        run.scenario["chain"]["protocol"] = protocol

    return change


@pytest.mark.parametrize(
    ("protocol", "words"),
    [
        ("qtum-2018", "Final is what 10 blocks lie on."),
        ("medibloc-dpos", "Final is what more than two thirds of a dynasty's seats have built on."),
        ("panacea-bft", "A block is final once more than two thirds of the voting power have agreed on it."),
        ("notary", "What the notary has signed is final."),
    ],
)
def test_what_final_means_is_the_protocol_s(tmp_path: Path, protocol: str, words: str) -> None:
    def change(run: SyntheticRun) -> None:
        on(protocol)(run)
        run.scenario["chain"]["confirmation_depth_blocks"] = 10

    text = told(tmp_path, "chain", change)
    assert words in text
    assert ("blocks lie on" in text) == (protocol == "qtum-2018")


def test_a_notary_has_no_stake_to_show(tmp_path: Path) -> None:
    assert "Signer Blocks Share of blocks Reward" in told(tmp_path, "chain", on("notary"))


def test_where_fees_alone_pay_chance_is_held_against_blocks(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        on("poisson")(run)
        stakers = run.tables["stakers"].copy()
        stakers["weight_share"] = 1 / len(stakers)
        stakers["blocks"] = 100
        stakers["reward_sat"] = 0
        stakers.loc[0, "reward_sat"] = 10**8
        run.tables["stakers"] = stakers

    text = told(tmp_path, "chain", change)
    assert "By blocks, 0 of" in text
    assert "were expected: as chance has it." in text
    assert "lie outside the band" not in text
    assert "there is no subsidy" in text


@pytest.mark.parametrize(("delegating", "apart"), [(0, False), (2, True)])
def test_delegated_stake_is_paid_where_no_block_is_made(tmp_path: Path, delegating: int, apart: bool) -> None:
    def change(run: SyntheticRun) -> None:
        on("qtum-2021")(run)
        run.scenario["staking"] = {**run.scenario.get("staking", {}), "delegating": delegating}

    text = told(tmp_path, "chain", change)
    assert ("Who delegates is paid and makes no block" in text) == apart
    assert ("The whole reward of a block goes to its producer." in text) != apart
    assert ("lie outside the band" in text) != apart


@pytest.mark.parametrize(
    ("protocol", "key", "value", "target_s"),
    [("medibloc-dpos", "dpos.slot_s", 9, 9), ("panacea-bft", "bft.commit_pause_s", 58.0, 59),
     ("panacea-bft", "dpos.slot_s", 9, 6), ("qtum-2018", "dpos.slot_s", 9, 128)],
)  # fmt: skip
def test_the_target_interval_is_what_the_scenario_says(
    tmp_path: Path, protocol: str, key: str, value: float, target_s: int
) -> None:
    def change(run: SyntheticRun) -> None:
        on(protocol)(run)
        chapter, _, name = key.partition(".")
        run.scenario[chapter] = {name: value}

    assert f"against a target of {target_s} s" in told(tmp_path, "chain", change)


def test_fees_that_a_protocol_has_not_shared_out_are_in_the_books(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        on("panacea-bft")(run)
        balances = run.tables["balances"].copy()
        balances.loc[0, "closing_med_units"] -= 530
        run.tables["balances"] = balances

    assert "The books do not close" in told(tmp_path / "without", "token", change)

    def with_fees(run: SyntheticRun) -> None:
        change(run)
        facts = {**run.manifest["facts"], "protocol": {"undivided_sat": 530}}
        run.manifest = {**run.manifest, "facts": facts}

    text = told(tmp_path / "with", "token", with_fees)
    assert "The books close" in text
    assert "the protocol 0 0.0000053 +0.0000053" in text


def test_med_in_stake_is_said_to_be_the_protocol_s_to_keep(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        balances = run.tables["balances"].copy()
        for moment in ("opening", "closing"):
            balances.loc[0, f"{moment}_bound_med_units"] += 10**8
        run.tables["balances"] = balances

    def staked(run: SyntheticRun) -> None:
        change(run)
        on("medibloc-dpos")(run)

    assert "Of it contracts held" in told(tmp_path / "qtum", "token", change)
    text = told(tmp_path / "med", "token", staked)
    assert "Of it the protocol and contracts held" in text
    assert "stakes and what pays for acts, locked purchases" in text


def test_one_value_of_a_point_is_one_figure(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        run.tables["epochs"] = run.tables["epochs"].iloc[:1]

    text = told(tmp_path, "token", change)
    assert re.search(r"One Medi Point was worth [\d.,]+ MED", text)
    assert "was worth between" not in text


@pytest.mark.parametrize(("factor", "later"), [(1.0, False), (1.04, False), (1.3, True)])
def test_blocks_with_transactions_come_later_only_where_they_clearly_do(
    tmp_path: Path, factor: float, later: bool
) -> None:
    def change(run: SyntheticRun) -> None:
        run.tables["blocks"] = run.tables["blocks"].assign(interval_s=100.0 * factor)
        kpi("chain.block_interval_mean_s", 100.0)(run)

    assert ("later than the others" in told(tmp_path, "chain", change)) == later


def test_a_cost_without_a_price_in_krw_is_told_in_the_coin(tmp_path: Path) -> None:
    def change(run: SyntheticRun) -> None:
        on("panacea-bft")(run)
        assert run.kpis is not None
        run.kpis["act.fee_per_visit_krw"] = {
            "value": None, "unit": "KRW", "reason": "MED has no price", "beside": {"fee_med": 3.05}
        }  # fmt: skip

    text = told(tmp_path, "answer", change)
    assert "chain fees per visit 3.05 MED" in text
    assert "A visit cost 3.05 MED in chain fees" in text
