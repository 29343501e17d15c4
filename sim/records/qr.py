"""QR codes through a real encoder and a real decoder (zxing-cpp): payload to image and back from the image
alone."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from sim.records.errors import QrError

Image = NDArray[np.uint8]

PIXELS_PER_MODULE = 4
"""What a phone's camera makes of a code held in front of it, at the least."""

ERROR_CORRECTION = "M"
"""Medium: 15 % of the code words may be damaged (ISO/IEC 18004)."""

_Drawing = Mapping[str, int]

_MASKED: tuple[_Drawing, ...] = tuple({"data_mask": mask} for mask in range(8))
"""Under each of the eight data masks (ISO/IEC 18004, 7.8)."""

_BEST: _Drawing = {}
"""Under the mask that the encoder thinks best; to weigh all eight takes it six times as long as to draw one."""

_FORMAT = zxingcpp.BarcodeFormat.QRCodeModel2
_FORMATS = zxingcpp.BarcodeFormats(_FORMAT)


def encode(payload: bytes, pixels_per_module: int = PIXELS_PER_MODULE) -> Image:
    """Return `payload` as a QR code: a square grey image, 0 black and 255 white, quiet zone included.

    About one code in 20,000 is drawn so that the decoder loses its grid, whatever the scale; every code is
    therefore read back before it is shown, and drawn under another data mask where that fails. Raises
    `QrError` for an empty payload and for one beyond 2,331 bytes, the most that level M holds.
    """
    image, _ = _readable(payload, pixels_per_module, (_BEST, *_MASKED))
    return image


def scan(payload: bytes) -> bytes:
    """Show `payload` as a QR code to a reader that has nothing but the image; return what it reads.

    A screen and a reader side by side take any mask, so the first under which the code can be read is good enough.
    Raises `QrError` as `encode` does.
    """
    _, read = _readable(payload, PIXELS_PER_MODULE, _MASKED)
    return read


def decode(image: NDArray[Any]) -> bytes:
    """Return the payload of the QR code in a grey (h × w) or colour (h × w × 3) image of 8-bit values.

    Raises `QrError` where there is none, or where it is damaged beyond what error correction repairs.
    """
    if image.dtype != np.uint8 or image.size == 0 or not (image.ndim == 2 or image.shape[2:] == (3,)):
        raise QrError(f"an image of 8-bit grey or colour values is needed, got {image.dtype} {image.shape}")
    barcode = _found(image)
    if barcode is None:
        raise QrError(f"no QR code found in an image of {image.shape[1]} × {image.shape[0]} pixels")
    if barcode.error is not None:
        raise QrError(f"the QR code is damaged beyond repair: {barcode.error.type.name.lower()} error")
    payload: bytes = barcode.bytes
    return payload


def png(image: Image) -> bytes:
    """Return a grey image (h × w) as a PNG file."""
    height, width = image.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in image)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _readable(payload: bytes, pixels_per_module: int, drawings: Iterable[_Drawing]) -> tuple[Image, bytes]:
    """Return the first drawing that can be read back, and what is read from it."""
    for drawing in drawings:
        image = _drawn(payload, pixels_per_module, drawing)
        barcode = _found(image)
        if barcode is not None and barcode.valid and barcode.bytes == payload:
            return image, barcode.bytes
    raise QrError(f"a payload of {len(payload)} bytes gives no code that can be read back")


def _drawn(payload: bytes, pixels_per_module: int, drawing: _Drawing) -> Image:
    try:
        barcode = zxingcpp.create_barcode(payload, _FORMAT, ec_level=ERROR_CORRECTION, **drawing)
    except ValueError as error:
        raise QrError(f"a payload of {len(payload)} bytes gives no QR code: {error}") from error
    return np.array(zxingcpp.write_barcode_to_image(barcode, scale=pixels_per_module), dtype=np.uint8)


def _found(image: NDArray[Any]) -> Any:
    return zxingcpp.read_barcode(
        np.ascontiguousarray(image), formats=_FORMATS, text_mode=zxingcpp.TextMode.Plain, return_errors=True
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
