"""Section 7: privacy and law; what is on chain, what is not, and what the law asks."""

from __future__ import annotations

from matplotlib.axes import Axes

from reports.drawing import BLUE, absent, draw, whole_ticks
from reports.elements import Absent, Element, Figure, Gallery, Paragraph, Section, Table, columns
from reports.measures import median, record_sizes
from reports.quantities import counted, octets, share, whole
from reports.run_directory import RunDirectory


def section(run: RunDirectory) -> Section:
    """Plaintext on chain first, sizes next, the law last."""
    elements: tuple[Element, ...] = (
        Paragraph(_lead(run)),
        Gallery((_figure(run),)),
        _where(run),
        _law(),
    )
    return Section(7, "privacy", "Privacy and law", elements)


def _lead(run: RunDirectory) -> str:
    found = run.kpi("privacy.plaintext_on_chain_bytes")
    searched = (
        "names, addresses, identifiers, dates and code displays of 8 bytes or more, as UTF-8, hex or base64"
    )
    if found.number is None:
        return f"Whether personal strings stand on the chain is undefined: {found.reason}."
    if found.number:
        return f"{whole(found.number)} bytes of personal strings ({searched}) were found on the chain."
    return f"No byte of a personal string ({searched}) was found in calldata, logs or storage."


def _figure(run: RunDirectory) -> Figure | Absent:
    title = "Size of the records kept off the chain"
    visits = run.table("visits", ("record_bytes", "ciphertext_bytes", "root"))
    sizes_bytes = record_sizes(visits)
    if not sizes_bytes:
        return absent(title, "Nothing to draw: no record was made.")
    middle, most = octets(median(sizes_bytes)), octets(sizes_bytes[-1])
    sentence = (
        f"{counted(len(sizes_bytes), 'record')} of {middle} at the median and {most} at most stay encrypted off "
        "the chain; each leaves a root of 32 bytes on it."
    )

    def paint(axes: Axes) -> None:
        axes.hist(
            [size / 1000 for size in sizes_bytes], bins=24, color=BLUE, edgecolor="white", linewidth=0.4
        )
        axes.set_xlabel("record in clear [kB]")
        axes.set_ylabel("records [1]")
        whole_ticks(axes.yaxis)

    alt = f"Histogram of {len(sizes_bytes)} record sizes, median {middle}, most {most}"
    return draw("record-sizes", title=title, alt=alt, sentence=sentence, paint=paint, height_in=2.3)


def _where(run: RunDirectory) -> Table:
    visits = run.table("visits", ("record_bytes", "ciphertext_bytes", "root"))
    shares = run.table("shares", ("leaves", "proof_bytes"))
    blocks = run.table("blocks", ("size_bytes", "tx_count"))
    on_chain = int(blocks.loc[blocks["tx_count"] > 0, "size_bytes"].sum())
    clear, sealed = int(visits["record_bytes"].sum()), int(visits["ciphertext_bytes"].sum())
    roots = int(visits["root"].notna().sum())
    overhead = f", {share(sealed / clear - 1)} more than in clear" if clear else ""
    return Table(
        "What is kept where",
        columns("What", "Where", "#Size", "Remark"),
        (
            ("records, encrypted", "patients' vaults", octets(sealed), f"{octets(clear)} in clear{overhead}"),
            (
                "salted Merkle roots",
                "chain",
                octets(32 * roots),
                f"{counted(roots, 'root')} of 32 bytes; salted, so that a short record cannot be guessed",
            ),
            (
                "blocks with transactions",
                "chain",
                octets(on_chain),
                "roots, roles, amounts, signatures, headers",
            ),
            (
                "disclosures with proofs",
                "from patient to second provider",
                octets(int(shares["proof_bytes"].sum())),
                f"{counted(int(shares['leaves'].sum()), 'leaf', 'leaves')} shown, the rest withheld",
            ),
        ),
    )


def _law() -> Table:
    return Table(
        "What the law asks, and what the model does",
        columns("Rule", "In the model", "Source"),
        (
            (
                "A provider hands records only to the patient, or on written consent",
                "records go to the patient's vault; the next provider gets them from the patient",
                "Medical Service Act (Korea), art. 21",
            ),
            (
                "Health data needs a consent of its own",
                "the patient discloses chosen leaves at each presentation; consent contracts are not in "
                "this run",
                "PIPA (Korea), art. 23",
            ),
            (
                "Soliciting patients with money is forbidden",
                "a reward per visit may fall under this: a risk that the model counts and does not settle",
                "Medical Service Act (Korea), art. 27(3)",
            ),
            (
                "A hash of low-entropy data still identifies",
                "roots are salted leaf by leaf; erasing the key erases the record",
                "EDPB, 2025 draft",
            ),
            (
                "Hospitals keep charts 10, tests 5 and prescriptions 2 years",
                "erasure by the patient does not reach the hospital's copy",
                "Medical Service Act (Korea)",
            ),
        ),
        note="A reading for modellers, not legal advice.",
    )
