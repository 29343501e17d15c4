"""QR codes survive the way from a screen to a camera, or say why not."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.records import qr
from sim.records.errors import QrError
from sim.records.ticket import NOBODY, Ticket

PAYLOAD = Ticket(
    b"\x11" * 20, NOBODY, bytes(range(32)), 1_538_319_600, 1_538_319_630, b"\xa5" * 65
).to_bytes()


def photographed(image: qr.Image, degrees: float, noise: int) -> qr.Image:
    """`image` on a white table, turned, and with grey noise of up to ± `noise`, as a camera sees it."""
    side = int(1.5 * max(image.shape))
    angle = np.deg2rad(degrees)
    rows, columns = np.mgrid[:side, :side] - side / 2
    source_rows = (rows * np.cos(angle) - columns * np.sin(angle) + image.shape[0] / 2).astype(int)
    source_columns = (rows * np.sin(angle) + columns * np.cos(angle) + image.shape[1] / 2).astype(int)
    inside = (
        (source_rows >= 0)
        & (source_rows < image.shape[0])
        & (source_columns >= 0)
        & (source_columns < image.shape[1])
    )
    seen = np.full((side, side), 255, dtype=int)
    seen[inside] = image[source_rows[inside], source_columns[inside]]
    grain = np.random.Generator(np.random.Philox(7)).integers(-noise, noise + 1, size=seen.shape)
    return (seen + grain).clip(0, 255).astype(np.uint8)


@given(st.binary(min_size=1, max_size=600))
@settings(max_examples=60)
def test_every_payload_is_read_back(payload: bytes) -> None:
    assert qr.decode(qr.encode(payload)) == payload


def test_a_code_that_its_first_drawing_loses_is_drawn_another_way() -> None:
    words = b"".join(hashlib.sha256(b"16434/%d" % word).digest() for word in range(4))
    window = b"\x00[\xb0\x00" + words[52:53] + b"\x00[\xb0\x00" + words[53:54]
    payload = b"M\x01\x01" + words[:20] + bytes(20) + words[20:52] + window + words[54:119]
    barcode = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCodeModel2, ec_level="M")
    image = np.array(zxingcpp.write_barcode_to_image(barcode, scale=qr.PIXELS_PER_MODULE), dtype=np.uint8)
    with pytest.raises(QrError, match="damaged"):
        qr.decode(image)

    assert qr.decode(qr.encode(payload)) == payload


@given(st.binary(min_size=1, max_size=600))
@settings(max_examples=60)
def test_every_payload_is_read_from_a_screen(payload: bytes) -> None:
    assert qr.scan(payload) == payload


def test_a_code_that_a_reader_loses_on_a_screen_is_shown_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, shown = qr._drawn, []

    def smeared_at_first(*arguments: Any) -> qr.Image:
        image = drawn(*arguments).copy()
        image[80:180, 70:180] = 255 if not shown else image[80:180, 70:180]
        shown.append(image)
        return image

    monkeypatch.setattr(qr, "_drawn", smeared_at_first)

    assert qr.scan(PAYLOAD) == PAYLOAD
    assert len(shown) == 2


def test_a_code_that_no_reader_can_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qr, "_drawn", lambda *_arguments: np.full((60, 80), 255, dtype=np.uint8))

    with pytest.raises(
        QrError, match=f"a payload of {len(PAYLOAD)} bytes gives no code that can be read back"
    ):
        qr.scan(PAYLOAD)


def test_the_image_is_a_square_of_black_and_white() -> None:
    image = qr.encode(PAYLOAD)

    assert image.dtype == np.uint8
    assert image.shape[0] == image.shape[1] == 57 * qr.PIXELS_PER_MODULE
    assert set(np.unique(image)) == {0, 255}


def test_encoding_is_repeatable() -> None:
    assert np.array_equal(qr.encode(PAYLOAD), qr.encode(PAYLOAD))


@pytest.mark.parametrize("degrees", [0, 8, -17, 45, 90, 180, 271])
def test_a_turned_and_noisy_photograph_is_read(degrees: float) -> None:
    assert qr.decode(photographed(qr.encode(PAYLOAD), degrees, noise=40)) == PAYLOAD


def test_a_colour_photograph_is_read() -> None:
    grey = photographed(qr.encode(PAYLOAD), 5, noise=10)

    assert qr.decode(np.stack([grey, grey, grey], axis=2)) == PAYLOAD


def test_a_view_into_a_larger_picture_is_read() -> None:
    wall = np.full((400, 500), 255, dtype=np.uint8)
    wall[100:328, 150:378] = qr.encode(PAYLOAD)

    assert qr.decode(wall[50:390, 100:450]) == PAYLOAD


def test_small_damage_is_repaired() -> None:
    image = qr.encode(PAYLOAD)
    image[100:116, 100:124] = 255

    assert qr.decode(image) == PAYLOAD


def test_large_damage_is_named() -> None:
    image = qr.encode(PAYLOAD)
    image[80:180, 70:180] = 255

    with pytest.raises(QrError, match="damaged beyond repair: checksum error"):
        qr.decode(image)


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_an_image_without_a_code_is_named(shade: int) -> None:
    with pytest.raises(QrError, match="no QR code found in an image of 80 × 60 pixels"):
        qr.decode(np.full((60, 80), shade, dtype=np.uint8))


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 4), dtype=float),
        np.zeros(16, dtype=np.uint8),
        np.zeros((0, 0), dtype=np.uint8),
        np.zeros((4, 4, 2), dtype=np.uint8),
        np.zeros((4, 4, 3, 3), dtype=np.uint8),
    ],
    ids=lambda image: f"{image.dtype}{image.shape}",
)
def test_what_is_no_picture_is_refused(image: NDArray[np.uint8]) -> None:
    with pytest.raises(QrError, match="8-bit grey or colour"):
        qr.decode(image)


@pytest.mark.parametrize("length", [0, 2330])
@pytest.mark.parametrize("draw", [qr.encode, qr.scan])
def test_payloads_that_do_not_fit_are_refused(draw: Callable[[bytes], object], length: int) -> None:
    with pytest.raises(QrError, match=f"a payload of {length} bytes gives no QR code"):
        draw(b"\xa5" * length)


def test_the_largest_payload_fits() -> None:
    payload = bytes(n % 251 | 0x80 for n in range(2329))

    assert qr.decode(qr.encode(payload)) == payload


def test_a_png_holds_the_image() -> None:
    image = qr.encode(PAYLOAD)
    file = qr.png(image)
    chunks = {}
    position = 8
    while position < len(file):
        (length,) = struct.unpack(">I", file[position : position + 4])
        kind, data = file[position + 4 : position + 8], file[position + 8 : position + 8 + length]
        (checksum,) = struct.unpack(">I", file[position + 8 + length : position + 12 + length])
        assert checksum == zlib.crc32(kind + data)
        chunks[kind] = data
        position += 12 + length
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), dtype=np.uint8).reshape(image.shape[0], -1)

    assert file[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">IIBBBBB", chunks[b"IHDR"]) == (*image.shape[::-1], 8, 0, 0, 0, 0)
    assert np.array_equal(rows[:, 1:], image)
    assert b"IEND" in chunks
