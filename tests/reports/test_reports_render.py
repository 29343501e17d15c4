"""The page as a whole: order, figures that explain themselves, nothing fetched, the same bytes every time."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from report_page import Page
from report_run_factory import SyntheticRun, empty_run

import reports

ORDER = [
    "answer", "gains", "chain", "token", "people", "attacks", "privacy", "story", "certainty", "inputs",
]  # fmt: skip
FIGURES = {
    "load", "fees", "rewards", "intervals", "gas-used", "mempool", "latency", "supply", "holdings", "epochs",
    "lorenz", "funnel", "days", "hours", "frequency", "presentations", "record-sizes", "finality", "stake",
}  # fmt: skip
ON_A_NETWORK = {"forks", "propagation"}
HOSTILE = "<script>alert('x')</script>\"&$\\frac{1}{2}$ 내과"


def test_sections_stand_in_the_order_a_stranger_needs(page: Page) -> None:
    assert [node.attributes["id"] for node in page.root.all("section")] == ORDER
    links = [node.attributes["href"] for node in page.root.all("nav")[0].all("a")]
    assert links == [f"#{slug}" for slug in ORDER]


@pytest.mark.parametrize("on_a_network", [False, True])
def test_every_figure_has_title_labels_alt_text_and_a_sentence(
    page: Page, network_page: Page, on_a_network: bool
) -> None:
    page = network_page if on_a_network else page
    names = {node.attributes["id"].removeprefix("figure-") for node in page.figures()}
    assert names == (FIGURES | ON_A_NETWORK if on_a_network else FIGURES)
    for figure in page.figures():
        (svg,) = figure.all("svg")
        assert svg.attributes["role"] == "img"
        assert len(svg.attributes["aria-label"]) > 20
        assert len(figure.all("h3")[0].text) > 5
        assert re.search(r"\d", figure.all("figcaption")[0].text), (
            "the sentence is computed, so it holds a number"
        )
        assert figure.all("figcaption")[0].text.endswith(".")
        texts = {node.text for node in svg.all("text")}
        assert len([text for text in texts if "[" in text and "]" in text]) >= 1, f"no unit in {texts}"


def test_the_sentences_are_not_canned(page: Page, tmp_path: Path) -> None:
    other = SyntheticRun()
    for name in ("visits", "transactions", "shares", "rewards", "blocks"):
        other.tables[name] = other.tables[name].iloc[len(other.tables[name]) // 2 :]
    captions = {figure.attributes["id"]: figure.all("figcaption")[0].text for figure in page.figures()}
    changed = Page(reports.render(other.write(tmp_path / "half")))
    same = [
        figure.attributes["id"]
        for figure in changed.figures()
        if figure.all("figcaption")[0].text == captions[figure.attributes["id"]]
    ]
    untouched_tables = {"figure-supply", "figure-holdings", "figure-epochs", "figure-stake"}
    assert set(same) <= untouched_tables


def test_nothing_is_fetched_and_nothing_runs(html: str, page: Page) -> None:
    for node in page.root.walk():
        assert node.tag not in {"script", "link", "iframe", "object", "embed", "base"}
        for name, value in node.attributes.items():
            assert not name.startswith("on")
            if name in {"src", "href", "xlink:href", "srcset", "action", "data"}:
                assert value.startswith(("#", "data:image/png;base64,")), value
    assert "http" not in html
    assert "@import" not in html
    assert "<?xml" not in html
    assert not re.search(r"url\((?!#)", html)


def test_references_inside_the_page_have_one_target_each(page: Page) -> None:
    ids = [node.attributes["id"] for node in page.root.walk() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    for node in page.root.walk():
        for name, value in node.attributes.items():
            for target in re.findall(r"url\(#([^)]*)\)", value):
                assert target in ids
            if name == "href" and value.startswith("#"):
                assert value[1:] in ids


def test_the_place_and_the_reader_s_plot_settings_do_not_matter(tmp_path: Path, html: str) -> None:
    elsewhere = SyntheticRun().write(tmp_path / "elsewhere")
    with mpl.rc_context({"font.size": 20, "axes.grid": False, "svg.fonttype": "path", "lines.linewidth": 5}):
        assert reports.render(elsewhere) == html


def test_another_process_gives_the_same_bytes_without_simulation_or_chain(run_path: Path, html: str) -> None:
    script = (
        "import sys\n"
        "for name in ('sim', 'chain', 'eth', 'web3', 'simpy', 'nacl', 'coincurve', 'pydantic'):\n"
        "    sys.modules[name] = None\n"
        "import reports\n"
        "from pathlib import Path\n"
        "sys.stdout.buffer.write(reports.render(Path(sys.argv[1])).encode())\n"
    )
    made = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, str(run_path)],
        capture_output=True,
        check=False,
        env={"PYTHONHASHSEED": "77", "TZ": "America/New_York", "MPLCONFIGDIR": str(run_path.parent)},
    )
    assert made.returncode == 0, made.stderr.decode()
    assert made.stdout.decode() == html


def test_an_empty_run_says_so_instead_of_drawing(empty_page: Page, page: Page) -> None:
    assert [node.attributes["id"] for node in empty_page.root.all("section")] == ORDER
    assert empty_page.figures() == []
    absent = [node for node in empty_page.root.all("div") if node.attributes.get("class") == "absent"]
    assert {node.all("h3")[0].text for node in absent} == {node.all("h3")[0].text for node in page.figures()}
    assert all(node.all("p")[0].text.startswith("Nothing to draw: ") for node in absent)
    assert "Cannot be told" in empty_page.section("answer").text
    for word in ("nan", "None", "inf", "NaT", "<NA>"):
        assert not re.search(rf"\b{re.escape(word)}\b", empty_page.root.text), word


def test_no_bare_null_reaches_the_reader(page: Page) -> None:
    for word in ("nan", "None", "NaT", "<NA>", "mathdefault"):
        assert not re.search(rf"\b{re.escape(word)}\b", page.root.all("body")[0].text), word


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    run = SyntheticRun()
    run.scenario["scenario"] |= {"title": HOSTILE, "question": HOSTILE}
    run.tables["visits"] = run.tables["visits"].assign(
        provider_name=HOSTILE, encounter_class=HOSTILE, outcome=HOSTILE
    )
    run.tables["transactions"] = run.tables["transactions"].assign(act=HOSTILE, sender_role=HOSTILE)
    run.tables["shares"] = run.tables["shares"].assign(reason=HOSTILE)
    run.inputs[0] |= {"source": HOSTILE, "value": HOSTILE}
    run.story[0] |= {"title": HOSTILE, "text": HOSTILE, "fields": {HOSTILE: HOSTILE}}
    page = Page(reports.render(run.write(tmp_path / "hostile")))
    assert page.root.all("script") == []
    assert page.root.all("title")[0].text == " ".join(HOSTILE.split())
    assert sum(HOSTILE.split()[0] in node.text for node in page.root.all("text")) >= 2, (
        "figures carry it as text"
    )


def test_it_reads_on_a_phone_and_in_print(html: str, page: Page) -> None:
    (viewport,) = [node for node in page.root.all("meta") if node.attributes.get("name") == "viewport"]
    assert viewport.attributes["content"].startswith("width=device-width")
    assert "@media print" in html
    assert "@media (max-width" in html
    for table in page.root.all("table"):
        assert table.attributes["aria-label"]
    for svg in page.root.all("svg"):
        assert "width" not in svg.attributes, "a fixed width would not shrink to a phone"


def test_the_page_is_titled_and_says_what_it_rests_on(page: Page) -> None:
    head = page.root.all("header")[0].text
    for words in (
        "120 patients",
        "literal scale",
        "qtum-2018",
        "engine pyevm",
        "full signing",
        "1 run, no interval",
    ):
        assert words in head


def test_representative_scale_says_what_it_cannot_answer(tmp_path: Path) -> None:
    run = empty_run()
    run.scenario["economy"] |= {"scale": "representative", "person_weight": 400}
    head = Page(reports.render(run.write(tmp_path / "run"))).root.all("header")[0].text
    assert "each person stands for 400: no answer about the chain" in head


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_figures_leave_out_what_only_a_file_needs(html: str, name: str) -> None:
    start = html.index(f'<figure id="figure-{name}">')
    figure = html[start : html.index("</figure>", start)]
    for needless in ("<metadata", "<style", "DOCTYPE", "xmlns", "<!--"):
        assert needless not in figure
    assert len(figure) < 120_000
