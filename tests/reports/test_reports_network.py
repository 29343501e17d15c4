"""What the report says of a network, held against a tree of blocks that is known."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_page import Page
from report_run_factory import SyntheticRun, empty_run
from report_run_network import BLOCKS, FIRST, network_run

import reports
from reports.binomial import LEVEL, bounds
from reports.forks import Node, forks, lanes, tree_of, worth_showing
from reports.run_directory import RunDirectory
from reports.sections.network_figures import propagation_figure
from reports.sections.tree_figure import tree_figure


def node(name: str, parent: str, number: int, made_s: float, **changed: object) -> Node:
    values = {
        "region": "JP", "transactions": 0, "canonical": name.startswith("c"), "removed": False, **changed
    }  # fmt: skip
    return Node(name=name, parent=parent, number=number, made_s=made_s, **values)  # type: ignore[arg-type]


CHAIN = [node(f"c{number}", f"c{number - 1}", number, 100.0 * number) for number in range(1, 12)]
BRANCHES = [
    node("a3", "c2", 3, 310.0, removed=True, transactions=2),
    node("a4", "a3", 4, 400.0),
    node("b4", "a3", 4, 405.0),
    node("b5", "b4", 5, 520.0, transactions=9),
    node("d4", "c3", 4, 395.0),
    node("e9", "c8", 9, 950.0),
]


def test_a_fork_is_a_branch_with_all_that_happened_beside_it() -> None:
    found = {fork.shared.name: fork for fork in forks([*CHAIN, *BRANCHES])}
    assert set(found) == {"c2", "c3", "c8"}
    deep = found["c2"]
    assert deep.depth_blocks == 3
    assert [block.name for block in deep.chain] == ["c2", "c3", "c4", "c5", "c6"]
    assert {block.name for block in deep.stale} == {"a3", "a4", "b4", "b5", "d4"}
    assert deep.removed_transactions == 2, "what the gateway never had in view was not removed"
    assert (found["c8"].depth_blocks, len(found["c8"].stale)) == (1, 1)
    assert forks(CHAIN) == ()


def test_the_deepest_and_the_latest_forks_are_shown_and_none_twice() -> None:
    found = forks([*CHAIN, *BRANCHES])
    assert [fork.shared.name for fork in worth_showing(found)] == ["c2", "c8"], "c3's lies in that of c2"
    assert [fork.shared.name for fork in worth_showing(found, most=1)] == ["c2"]


def test_branches_share_a_lane_only_where_they_do_not_meet() -> None:
    (deep,) = (fork for fork in forks([*CHAIN, *BRANCHES]) if fork.shared.name == "c2")
    placed = lanes(deep, room_s=20.0)
    assert placed["a4"] == placed["a3"], "the first child goes on in its parent's lane"
    assert len({placed["a3"], placed["b4"], placed["d4"]}) == 3
    assert placed["b5"] == placed["b4"]
    later = [*CHAIN, node("a3", "c2", 3, 301.0), node("b3", "a3", 4, 402.0), node("e5", "c4", 5, 501.0)]
    (first, *_) = forks(later)
    assert set(lanes(first, room_s=20.0).values()) == {1, 2}, "c4 is older than the end of the lane"


@given(st.integers(1, 40), st.fractions(0, 1, max_denominator=50))
def test_bounds_of_a_count_are_those_of_the_binomial(draws: int, chance: Fraction) -> None:
    weights = [
        math.comb(draws, count) * chance**count * (1 - chance) ** (draws - count)
        for count in range(draws + 1)
    ]
    low, high = bounds(draws, float(chance))
    tail = Fraction(1 - LEVEL) / 2
    slack = Fraction(1, 10**9)
    assert sum(weights[:low]) < tail + slack
    assert sum(weights[: low + 1]) >= tail - slack
    assert sum(weights[:high]) < 1 - tail + slack
    assert sum(weights[: high + 1]) >= 1 - tail - slack


def test_bounds_of_many_draws_are_nearly_normal() -> None:
    low, high = bounds(1_000_000, 0.1)
    assert (low - 100_000) / 300 == pytest.approx(-1.96, abs=0.01)
    assert (high - 100_000) / 300 == pytest.approx(1.96, abs=0.01)


def test_the_tree_is_read_from_the_blocks_and_their_producers(tmp_path: Path) -> None:
    nodes = tree_of(RunDirectory(network_run().write(tmp_path / "run")))
    assert len(nodes) == BLOCKS + 9
    stale = [block for block in nodes if not block.canonical]
    assert {block.region for block in stale} == {"EU"}
    assert all(block.removed for block in stale)
    assert sum(block.transactions for block in stale) == 2


def test_the_picture_shows_heights_regions_and_removed_acts(network_page: Page) -> None:
    (figure,) = (one for one in network_page.figures() if one.attributes["id"] == "figure-forks")
    (svg,) = figure.all("svg")
    words = {text.text for text in svg.all("text")}
    assert {
        f"since block {FIRST + 100:,} was made, on day 0.1 [min]",
        "+3",
        "2 acts",
        "Europe",
        "Japan and Korea",
    } <= words
    caption = figure.all("figcaption")[0].text
    assert caption.startswith("4 of 7 forks: ")
    assert "85.7 % of the forks were one block deep, the deepest had 3 blocks." in caption
    assert "With 1 branch the gateway's chain lost 2 transactions" in caption
    assert figure.attributes["class"] == "broad"


def test_a_long_split_is_drawn_with_small_blocks_and_the_last_height_alone() -> None:
    apart = [node(f"s{number}", f"s{number - 1}", number, 100.0 * number + 7) for number in range(4, 100)]
    chain = [node(f"c{number}", f"c{number - 1}", number, 100.0 * number) for number in range(1, 120)]
    figure = tree_figure([*chain, node("s3", "c2", 3, 307.0, removed=True, transactions=3), *apart])
    words = re.findall(r"<text[^>]*>([^<]*)</text>", figure.svg)  # type: ignore[union-attr]
    assert {"+97", "+98", "3 acts"} <= set(words)
    assert not {"+1", "+50"} & set(words)
    assert "had 97 blocks" in figure.sentence


def test_deliveries_that_a_split_held_back_stand_on_a_logarithmic_axis(tmp_path: Path) -> None:
    def axis(name: str, last_s: float) -> str:
        run = network_run()
        propagation = run.tables["propagation"].dropna()
        propagation.loc[len(propagation) + 1] = ["EU", last_s, 5]
        run.tables["propagation"] = propagation
        figure = propagation_figure(RunDirectory(run.write(tmp_path / name)))
        return str(figure.svg)  # type: ignore[union-attr]

    assert "[s], logarithmic" in axis("split", 7_200.0)
    assert "logarithmic" not in axis("whole", 3.0)


def test_propagation_counts_nodes_that_never_heard(network_page: Page, tmp_path: Path) -> None:
    def caption(page: Page) -> str:
        return next(
            one.all("figcaption")[0].text
            for one in page.figures()
            if one.attributes["id"] == "figure-propagation"
        )

    text = caption(network_page)
    assert (
        "Of 1,600 times that a node was to hear of a block, half came within 0.3 s, 90 % within 0.9 s" in text
    )
    assert "some never" in text
    assert "Nodes in Europe wait longest." in text
    run = network_run()
    run.tables["propagation"] = run.tables["propagation"].dropna()
    assert "all within 0.9 s" in caption(Page(reports.render(run.write(tmp_path / "run"))))


def test_finality_is_timed_from_each_canonical_block(network_page: Page) -> None:
    text = network_page.section("chain").text
    assert "Half of 400 blocks were final within 21 min 21 s" in text
    assert "the slowest that became final within 21 min 21 s." in text
    assert "Final is what 10 blocks lie on." in text
    assert "The run ended before the last 10 could be: they count as endless." in text


def test_reorganisations_are_told_by_depth(network_page: Page) -> None:
    (table,) = (
        one
        for one in network_page.root.all("table")
        if one.attributes["aria-label"] == "Reorganisations by depth"
    )
    assert [[cell.text for cell in row.all("td")] for row in table.all("tbody")[0].all("tr")] == [
        ["1", "1", "0", "–", "–"],
        ["2", "1", "1", "3", "1"],
        ["3", "1", "0", "–", "–"],
    ]


def test_stakers_stand_with_their_place_and_what_they_made_in_vain(network_page: Page) -> None:
    (table,) = (
        one for one in network_page.root.all("table") if one.attributes["aria-label"] == "Who keeps the chain"
    )
    titles = [cell.text for cell in table.all("th")]
    rows = [
        dict(zip(titles, (cell.text for cell in row.all("td")), strict=True)) for row in table.all("tr")[1:]
    ]
    assert [row["Region"] for row in rows] == ["JP", "JP", "AS", "EU"]
    assert [row["Stale blocks"] for row in rows] == ["0", "0", "0", "9"]
    assert [row["Missed turns"] for row in rows] == ["0", "0", "1", "0"]
    assert {row["Share of rewards"] for row in rows} == {"25 %"}
    text = network_page.section("chain").text
    assert "0 of 4 lie outside the band" in text
    assert "as chance has it" in text
    assert (
        "Of the blocks made in Europe 8.26 % were stale and earned nothing, in Asia and Pacific 0 %." in text
    )


def test_figures_that_compare_runs_say_what_they_count(network_page: Page, page: Page) -> None:
    names = [
        "chain.orphan_share", "chain.stale_ratio", "chain.reorg_depth_max", "chain.finality_p50_s",
        "chain.finality_p99_s",
    ]  # fmt: skip
    for shown, expected in ((network_page, names), (page, names[3:])):
        (table,) = (
            one
            for one in shown.root.all("table")
            if one.attributes["aria-label"] == "What is counted in the measured time"
        )
        rows = [[cell.text for cell in row.all("td")] for row in table.all("tr")[1:]]
        assert [row[0] for row in rows] == expected
        assert all(row[1] and len(row[2]) > 20 for row in rows)


def test_rewards_that_chance_does_not_explain_are_called_so(tmp_path: Path) -> None:
    run = network_run()
    run.tables["stakers"] = run.tables["stakers"].assign(weight_share=[0.7, 0.1, 0.1, 0.1])
    text = Page(reports.render(run.write(tmp_path / "run"))).section("chain").text
    assert "4 of 4 lie outside the band" in text
    assert "more than chance explains" in text


def test_one_view_says_in_a_line_that_nothing_competes(page: Page) -> None:
    chain = page.section("chain").text
    assert "forks cannot occur and nothing travels" in chain
    titles = {node.text for node in page.section("chain").all("h3")}
    assert {"How long until a block is final", "Reward against stake", "Who keeps the chain"} <= titles
    assert not titles & {
        "Where blocks competed",
        "How fast nodes hear of a block",
        "Reorganisations by depth",
    }
    (table,) = (
        one for one in page.root.all("table") if one.attributes["aria-label"] == "Who keeps the chain"
    )
    titles = {cell.text for cell in table.all("th")}
    assert not titles & {"Region", "Stale blocks", "Missed turns"}
    assert "8 others" in table.text


def test_a_network_on_which_nothing_competed_says_so(tmp_path: Path) -> None:
    run = network_run()
    run.tables["blocks"] = run.tables["blocks"][run.tables["blocks"]["canonical"].astype(bool)]
    run.tables["reorganisations"] = run.tables["reorganisations"][:0]
    text = Page(reports.render(run.write(tmp_path / "run"))).section("chain").text
    assert "no two blocks ever had the same parent" in text
    assert "No node gave up a block in this run." in text


def test_an_empty_network_has_nothing_to_draw(tmp_path: Path) -> None:
    run = empty_run()
    run.scenario["network"] = {"views": "network"}
    page = Page(reports.render(run.write(tmp_path / "run")))
    assert page.figures() == []
    for word in ("nan", "None", "inf", "NaT", "<NA>"):
        assert not re.search(rf"\b{re.escape(word)}\b", page.root.text), word


def test_a_table_of_blocks_without_parents_is_no_tree(tmp_path: Path) -> None:
    assert tree_of(RunDirectory(SyntheticRun().write(tmp_path / "run"))) == ()
