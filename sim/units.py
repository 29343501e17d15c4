"""Units that the whole simulation shares."""

from __future__ import annotations

from typing import Final

SECONDS_PER_DAY: Final = 86_400
