//! The book of coins as a Python class, which behaves as `chain.protocols.qtum.coins.CoinBook` does.

use std::mem;
use std::sync::Arc;

use alloy_primitives::U256;
use pyo3::exceptions::{PyIndexError, PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyIterator, PyList};

use crate::machine::caught;
use crate::python::errors::raised;
use crate::python::numbers::{hash, int};
use crate::stake::book::{Book, Change, Missing};
use crate::stake::coin::{Coin, Shared, sha256d};
use crate::stake::idle::{Bounds, Road, Ruled, Staking, Stop, Trouble, pass};

/// Serial, owner, value, number, time, transaction, output: the fields of Python's `Coin`.
type Fields<'py> = (u64, u32, u64, i64, i64, Bound<'py, PyBytes>, u32);
/// Steps, moment and coin of a win.
type Won<'py> = (u64, u64, Bound<'py, PyAny>);
/// Number, timestamp, bits, modifier, producers.
type Standing<'py> = (i64, i64, u32, Bound<'py, PyBytes>, Vec<u32>);
/// Grid, oldest sharer's offset, combined inputs, split threshold, what half a split stake is rounded to.
type StakingTerms = (i64, usize, usize, u64, u64);
/// Changes; number, timestamp, last bits, bits, modifier, latest producers; subsidies, work, and who was paid and made how
/// much; the upcoming win; whether it is over.
type Passage<'py> = (
    Vec<CoinChange>,
    (i64, i64, u32, u32, Bound<'py, PyBytes>, Vec<u32>),
    (u64, Bound<'py, PyAny>, Vec<(usize, u64, u64)>),
    Option<Won<'py>>,
    bool,
);

/// What one block did to a book.
#[pyclass(frozen)]
pub struct CoinChange(Arc<Change>);

#[pymethods]
impl CoinChange {
    #[getter]
    fn number(&self) -> i64 {
        self.0.number
    }
}

/// All staking coins of a state.
#[pyclass]
pub struct CoinBook(Book);

#[pymethods]
impl CoinBook {
    #[new]
    fn new(owners: usize, maturity_blocks: usize, small_below_sat: u64) -> Self {
        Self(Book::new(owners, maturity_blocks, small_below_sat))
    }

    fn copy(&self) -> Self {
        Self(self.0.clone())
    }

    /// Nobody has delegated a coin of this book.
    #[getter]
    fn delegations(&self) -> Option<()> {
        None
    }

    #[getter]
    fn class_sat(&self) -> Vec<u128> {
        self.0.class_sat().to_vec()
    }

    #[getter]
    fn owner_sat(&self) -> Vec<u128> {
        self.0.owner_sat().to_vec()
    }

    #[getter]
    fn producer_mature_sat(&self) -> Vec<u128> {
        self.0.owner_mature_sat().to_vec()
    }

    #[getter]
    fn total_sat<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        int(py, &U256::from(self.0.total_sat()))
    }

    #[getter]
    fn mature_sat<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        int(py, &U256::from(self.0.mature_sat()))
    }

    #[getter]
    fn drawable_sat<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        int(py, &U256::from(self.0.mature_sat()))
    }

    #[getter]
    fn largest_sat(&self) -> u64 {
        self.0.largest_sat()
    }

    #[getter]
    fn next_serial(&self) -> u64 {
        self.0.next_serial()
    }

    #[getter]
    fn digest<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        int(py, &self.0.digest())
    }

    fn open_coin(
        &mut self,
        owner: u32,
        value_sat: u64,
        number: i64,
        time_s: i64,
        origin: &[u8],
    ) -> PyResult<()> {
        self.check(owner)?;
        let serial = self.0.next_serial();
        let transaction = sha256d(&[origin, &serial.to_be_bytes()]);
        let coin =
            Coin { serial, owner, value_sat, number, time_s, transaction, output: 0, digest: U256::ZERO };
        self.0.open(coin);
        Ok(())
    }

    fn spend(&mut self, py: Python<'_>, coin: Fields<'_>, number: i64) -> PyResult<()> {
        let coin = self.found(py, &coin)?;
        self.changed(py, |book| book.spend(&coin, number).map_err(|missing| lost(py, &missing)))
    }

    #[pyo3(signature = (number, time_s, transaction, outputs, spent = Vec::new(), rested = Vec::new()))]
    fn close_block(
        &mut self,
        py: Python<'_>,
        number: i64,
        time_s: i64,
        transaction: &[u8],
        outputs: Vec<(u32, u64)>,
        spent: Vec<Fields<'_>>,
        rested: Vec<Fields<'_>>,
    ) -> PyResult<CoinChange> {
        if !rested.is_empty() {
            return Err(PyValueError::new_err(
                "coins rest unspent where some are delegated: not in this book",
            ));
        }
        outputs.iter().try_for_each(|&(owner, _)| self.check(owner))?;
        let spent: PyResult<Vec<Shared>> = spent.iter().map(|coin| self.found(py, coin)).collect();
        let (spent, transaction) = (spent?, hash(transaction)?.0);
        self.changed(py, |book| {
            let change = book.close_block(number, time_s, transaction, &outputs, spent);
            change.map(CoinChange).map_err(|missing| lost(py, &missing))
        })
    }

    fn redo(&mut self, py: Python<'_>, change: &CoinChange) -> PyResult<()> {
        self.changed(py, |book| book.redo(&change.0).map_err(|missing| lost(py, &missing)))
    }

    fn undo(&mut self, py: Python<'_>, change: &CoinChange) -> PyResult<()> {
        self.changed(py, |book| book.undo(&change.0).map_err(|missing| lost(py, &missing)))
    }

    fn is_mature(&self, coin: Fields<'_>) -> bool {
        self.0.mature(coin.0).is_some_and(|own| same(own, &coin))
    }

    #[pyo3(signature = (owner, *, other_than, limit))]
    fn small_coins<'py>(
        &self,
        py: Python<'py>,
        owner: u32,
        other_than: &[u8],
        limit: usize,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.check(owner)?;
        self.0.small_coins(owner as usize, other_than, limit).map(|coin| told(py, coin)).collect()
    }

    fn mature_coins<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        iterated(py, self.0.mature_coins())
    }

    fn coins<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        iterated(py, self.0.coins())
    }

    fn draw<'py>(&self, py: Python<'py>, draws: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let below = draws.getattr("below")?;
        told(py, self.0.draw(&mut |bound| below.call1((bound,))?.extract::<u128>())?)
    }

    fn mature_sat_blocks(&self, number: i64) -> Vec<i128> {
        self.0.mature_sat_blocks(number)
    }

    fn shifted(&self, seconds: i64) -> Self {
        let mut twin = self.0.clone();
        twin.shift(seconds);
        Self(twin)
    }

    fn count_from(&mut self, number: i64) {
        self.0.count_from(number);
    }

    /// Pass the block that a coin has won after an interval and the empty ones after it.
    #[allow(clippy::too_many_arguments)] // what the next block depends on
    fn pass_blocks<'py>(
        &mut self,
        py: Python<'py>,
        standing: Standing<'py>,
        seed: &[u8],
        won: (Fields<'py>, i64),
        until_s: i64,
        until_number: Option<i64>,
        room_blocks: usize,
        terms: StakingTerms,
        rules: &Bound<'py, PyAny>,
    ) -> PyResult<Passage<'py>> {
        let (number, timestamp_s, bits, modifier, producers) = standing;
        let (grid_s, oldest_sharer_offset_blocks, combined_inputs, split_threshold_sat, whole_sat) = terms;
        let staking =
            Staking { grid_s, oldest_sharer_offset_blocks, combined_inputs, split_threshold_sat, whole_sat };
        producers.iter().try_for_each(|&owner| self.check(owner))?;
        let mut road = Road {
            number,
            timestamp_s,
            bits,
            modifier: hash(modifier.as_bytes())?.0,
            producers: producers.into(),
            issued_sat: 0,
            work: U256::ZERO,
            paid_sat: vec![0; self.0.owners()],
            made: vec![0; self.0.owners()],
        };
        let first = (self.found(py, &won.0)?, won.1);
        let bounds = Bounds { until_s, until_number, room_blocks };
        let asked = |number, ancestors, bits, interval_s| {
            let told = rules.call1((number, ancestors, bits, interval_s))?;
            let (issued_sat, producer_sat, part_sat, sharers, next_bits) = told.extract()?;
            PyResult::Ok(Ruled { issued_sat, producer_sat, part_sat, sharers, next_bits })
        };
        let passed = self.changed(py, |book| {
            let passed = pass(book, &mut road, &staking, &bounds, seed, first, asked);
            passed.map_err(|trouble| match trouble {
                Trouble::Missing(missing) => lost(py, &missing),
                Trouble::Rules(error) => error,
            })
        })?;
        let upcoming =
            passed.upcoming.map(|win| Ok::<_, PyErr>((win.steps, win.moment, told(py, &win.coin)?)));
        let kept = passed.changes.len().min(road.producers.len());
        let latest = road.producers.iter().skip(road.producers.len() - kept).copied().collect();
        let modifier = PyBytes::new(py, &road.modifier);
        let earned = road.paid_sat.iter().zip(&road.made).enumerate();
        let earned = earned.filter(|(_, (paid_sat, made))| **paid_sat > 0 || **made > 0);
        let earned = earned.map(|(owner, (&paid_sat, &made))| (owner, paid_sat, made)).collect();
        Ok((
            passed.changes.into_iter().map(CoinChange).collect(),
            (road.number, road.timestamp_s, passed.last_bits, road.bits, modifier, latest),
            (road.issued_sat, int(py, &road.work)?, earned),
            upcoming.transpose()?,
            matches!(passed.stop, Stop::Over),
        ))
    }
}

impl CoinBook {
    /// Change the book. A panic has a name; what it leaves behind is an empty book, of which nothing more comes.
    fn changed<T>(&mut self, py: Python<'_>, work: impl FnOnce(&mut Book) -> PyResult<T>) -> PyResult<T> {
        let mut book = mem::replace(&mut self.0, Book::new(0, 1, 0));
        let (book, told) = caught(|| {
            let told = work(&mut book);
            Ok((book, told))
        })
        .map_err(|error| raised(py, error))?;
        self.0 = book;
        told
    }

    /// Raise `IndexError` for an owner that the book does not know.
    fn check(&self, owner: u32) -> PyResult<()> {
        if (owner as usize) < self.0.owners() {
            return Ok(());
        }
        Err(PyIndexError::new_err(format!("owner {owner} of {}", self.0.owners())))
    }

    /// Return the mature coin that Python means; raise `KeyError` where there is none.
    fn found(&self, py: Python<'_>, coin: &Fields<'_>) -> PyResult<Shared> {
        let own = self.0.mature(coin.0).filter(|own| same(own, coin)).cloned();
        own.ok_or_else(|| {
            PyKeyError::new_err((class(py).and_then(|class| Ok(class.call1(coin.clone())?.unbind())).ok(),))
        })
    }
}

fn same(own: &Coin, (serial, owner, value_sat, number, time_s, transaction, output): &Fields<'_>) -> bool {
    (own.serial, own.owner, own.value_sat) == (*serial, *owner, *value_sat)
        && (own.number, own.time_s, own.output) == (*number, *time_s, *output)
        && own.transaction == transaction.as_bytes()
}

fn class(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let made = CLASS.get_or_try_init(py, || {
        Ok::<_, PyErr>(py.import("chain.protocols.qtum.coins")?.getattr("Coin")?.unbind())
    });
    Ok(made?.bind(py))
}

/// Return a coin as Python knows it.
fn told<'py>(py: Python<'py>, coin: &Coin) -> PyResult<Bound<'py, PyAny>> {
    let transaction = PyBytes::new(py, &coin.transaction);
    let (serial, owner, value_sat) = (coin.serial, coin.owner, coin.value_sat);
    class(py)?.call1((serial, owner, value_sat, coin.number, coin.time_s, transaction, coin.output))
}

fn iterated<'a, 'py>(
    py: Python<'py>,
    coins: impl Iterator<Item = &'a Shared>,
) -> PyResult<Bound<'py, PyIterator>> {
    let all: PyResult<Vec<_>> = coins.map(|coin| told(py, coin)).collect();
    PyList::new(py, all?)?.try_iter()
}

fn lost(py: Python<'_>, missing: &Missing) -> PyErr {
    PyKeyError::new_err((told(py, &missing.0).ok().map(Bound::unbind),))
}
