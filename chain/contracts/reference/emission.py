"""The emission schedule, reckoned day by day.

Source: medibloc/crowdsale: contracts/MedToken.sol. A yearly rate in thousandths of a percent; once a year rate ×
reduction; the year's amount is supply × rate; a 365th of it each day, never past the amount; at the year's end what
is left. Where `Emission` reckons whole stretches at once from two sums a year, this walks through the days and keeps
what is left of the year, so that a mistake in one is no mistake in the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

DAYS_PER_YEAR: Final = 365
DAY_S: Final = 86_400
WHOLE_MILLIPERCENT: Final = 100_000


@dataclass
class EmissionReference:
    """What `Emission` should have minted. Terms as in `EmissionTerms`, amounts in units of 10^-8 MED.

    `through_med_units[n]` is what the first n days emitted together. `amounts_med_units` and `rates_millipercent`
    have an entry a year that was noted.
    """

    start_s: int
    yearly_rate_millipercent: int
    yearly_rate_kept_millipercent: int
    stoppable_after_s: int
    through_med_units: list[int] = field(default_factory=lambda: [0])
    amounts_med_units: list[int] = field(default_factory=list)
    rates_millipercent: list[int] = field(default_factory=list)
    last_days: int | None = None
    _left_med_units: int = 0
    _schedules: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def emitted_days(self) -> int:
        """How many days have been emitted."""
        return len(self.through_med_units) - 1

    @property
    def emitted_med_units(self) -> int:
        """What all of them emitted."""
        return self.through_med_units[-1]

    def due_days(self, now_s: int) -> int:
        """Return how many days are over at `now_s` (Unix seconds) and not emitted."""
        over = self.last_days if self.last_days is not None else self._days_over(now_s)
        return over - self.emitted_days

    def emit_due(self, now_s: int, supply_med_units: int, maximum_days: int) -> int:
        """Emit the days that are due at `now_s`, at most so many; return what is minted.

        `supply_med_units` is the token's supply just before.
        """
        minted_med_units = 0
        for _ in range(min(self.due_days(now_s), maximum_days)):
            day = self.emitted_days
            if day % DAYS_PER_YEAR == 0:
                self._note_year(day // DAYS_PER_YEAR, supply_med_units + minted_med_units)
            last = day % DAYS_PER_YEAR == DAYS_PER_YEAR - 1
            amount = self.amounts_med_units[-1]
            part = self._left_med_units if last else amount // DAYS_PER_YEAR
            self._left_med_units -= part
            minted_med_units += part
            self.through_med_units.append(self.through_med_units[-1] + part)
        return minted_med_units

    def emitted_through(self, time_s: int) -> int:
        """Return what was minted for days that ended at or before `time_s` (Unix seconds)."""
        return self.through_med_units[min(self._days_over(time_s), self.emitted_days)]

    def year_begins_s(self, year: int) -> int:
        """Return when an emission year begins, Unix seconds."""
        return self.start_s + year * DAYS_PER_YEAR * DAY_S

    def may_set(self, now_s: int, year: int) -> bool:
        """Return whether the year's schedule can still be set at `now_s`."""
        return self.last_days is None and now_s < self.year_begins_s(year)

    def set_schedule(self, year: int, rate_millipercent: int, rate_kept_millipercent: int) -> None:
        """Set a year's rate, and what the years after it keep of it."""
        self._schedules[year] = rate_millipercent, rate_kept_millipercent

    def may_stop(self, now_s: int) -> bool:
        """Return whether emission can be stopped at `now_s`."""
        return self.last_days is None and now_s > self.stoppable_after_s

    def stop(self, now_s: int) -> None:
        """Stop for good: days that are over stay due."""
        self.last_days = self._days_over(now_s)

    def _note_year(self, year: int, supply_med_units: int) -> None:
        rate_millipercent = self._rate_millipercent(year)
        self._left_med_units = supply_med_units * rate_millipercent // WHOLE_MILLIPERCENT
        self.amounts_med_units.append(self._left_med_units)
        self.rates_millipercent.append(rate_millipercent)

    def _rate_millipercent(self, year: int) -> int:
        """Walk from year 0 on: each year has its own schedule or keeps a part of the rate before."""
        rate, kept = self.yearly_rate_millipercent, self.yearly_rate_kept_millipercent
        for index in range(year + 1):
            if index in self._schedules:
                rate, kept = self._schedules[index]
            elif index:
                rate = rate * kept // WHOLE_MILLIPERCENT
        return rate

    def _days_over(self, time_s: int) -> int:
        return max(0, time_s - self.start_s) // DAY_S
