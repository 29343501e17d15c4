//! The book of coins that nobody has delegated (`chain.protocols.qtum.coins.CoinBook`, where the reasons stand).

use std::collections::VecDeque;
use std::sync::Arc;

use alloy_primitives::U256;
use alloy_primitives::map::HashMap;

use crate::stake::coin::{Coin, Shared};

const CLASSES: usize = 65;

/// A coin that was to be spent and is not there to be.
pub struct Missing(pub Shared);

/// What one block did to a book. `matured` is None before the first block is old enough.
#[derive(Clone)]
pub struct Change {
    pub number: i64,
    pub spent: Vec<Shared>,
    pub made: Arc<[Shared]>,
    pub matured: Option<Arc<[Shared]>>,
    largest_sat: u64,
}

/// All staking coins of a state.
#[derive(Clone)]
pub struct Book {
    classes: Vec<Vec<u64>>,
    class_sat: Vec<u128>,
    mature: HashMap<u64, Shared>,
    small: Vec<Vec<u64>>,
    maturing: VecDeque<(i64, Arc<[Shared]>)>,
    maturity_blocks: usize,
    small_below_sat: u64,
    late_sat_blocks: Vec<i128>,
    owner_sat: Vec<u128>,
    owner_mature_sat: Vec<u128>,
    total_sat: u128,
    mature_sat: u128,
    largest_sat: u64,
    next_serial: u64,
    digest: U256,
}

impl Book {
    pub fn new(owners: usize, maturity_blocks: usize, small_below_sat: u64) -> Self {
        Self {
            classes: vec![Vec::new(); CLASSES],
            class_sat: vec![0; CLASSES],
            mature: HashMap::default(),
            small: vec![Vec::new(); owners],
            maturing: VecDeque::new(),
            maturity_blocks,
            small_below_sat,
            late_sat_blocks: vec![0; owners],
            owner_sat: vec![0; owners],
            owner_mature_sat: vec![0; owners],
            total_sat: 0,
            mature_sat: 0,
            largest_sat: 0,
            next_serial: 0,
            digest: U256::ZERO,
        }
    }

    pub fn owners(&self) -> usize {
        self.owner_sat.len()
    }

    pub fn class_sat(&self) -> &[u128] {
        &self.class_sat
    }

    pub fn owner_sat(&self) -> &[u128] {
        &self.owner_sat
    }

    pub fn owner_mature_sat(&self) -> &[u128] {
        &self.owner_mature_sat
    }

    pub fn total_sat(&self) -> u128 {
        self.total_sat
    }

    pub fn mature_sat(&self) -> u128 {
        self.mature_sat
    }

    pub fn largest_sat(&self) -> u64 {
        self.largest_sat
    }

    pub fn next_serial(&self) -> u64 {
        self.next_serial
    }

    pub fn digest(&self) -> U256 {
        self.digest
    }

    /// Add a coin, its serial the next, that is mature from the start.
    pub fn open(&mut self, coin: Coin) {
        let coin = coin.digested();
        self.own(&coin);
        self.next_serial = coin.serial + 1;
        self.enter(&coin, 0);
    }

    /// Remove a mature coin in block `number`.
    pub fn spend(&mut self, coin: &Shared, number: i64) -> Result<(), Missing> {
        self.leave(coin, number + 1)?;
        self.disown(coin);
        Ok(())
    }

    /// Spend coins, add outputs, and let mature what may stake in the next block.
    pub fn close_block(
        &mut self,
        number: i64,
        time_s: i64,
        transaction: [u8; 32],
        outputs: &[(u32, u64)],
        spent: Vec<Shared>,
    ) -> Result<Arc<Change>, Missing> {
        let made: Arc<[Shared]> = (0_u32..)
            .zip(outputs)
            .map(|(output, &(owner, value_sat))| {
                let serial = self.next_serial + u64::from(output);
                let digest = U256::ZERO;
                Coin { serial, owner, value_sat, number, time_s, transaction, output: output + 1, digest }
                    .digested()
            })
            .collect();
        let is_full = self.maturing.len() + 1 == self.maturity_blocks;
        let matured =
            is_full.then(|| self.maturing.front().map_or_else(|| made.clone(), |(_, block)| block.clone()));
        let change = Arc::new(Change { number, spent, made, matured, largest_sat: self.largest_sat });
        self.redo(&change)?;
        Ok(change)
    }

    /// Do to the book what a block did: the book must stand at the block's parent.
    pub fn redo(&mut self, change: &Change) -> Result<(), Missing> {
        let from_number = change.number + 1;
        for coin in &change.spent {
            self.leave(coin, from_number)?;
            self.disown(coin);
        }
        change.made.iter().for_each(|coin| self.own(coin));
        self.next_serial += change.made.len() as u64;
        self.maturing.push_back((change.number, change.made.clone()));
        if let Some(matured) = &change.matured {
            self.maturing.pop_front();
            matured.iter().for_each(|coin| self.enter(coin, from_number));
        }
        Ok(())
    }

    /// Take a block back: the book must stand at that block.
    pub fn undo(&mut self, change: &Change) -> Result<(), Missing> {
        let from_number = change.number + 1;
        if let Some(matured) = &change.matured {
            for coin in matured.iter() {
                self.leave(coin, from_number)?;
            }
            self.maturing.push_front((from_number - self.maturity_blocks as i64, matured.clone()));
        }
        self.maturing.pop_back();
        change.made.iter().for_each(|coin| self.disown(coin));
        self.next_serial -= change.made.len() as u64;
        for coin in &change.spent {
            self.enter(coin, from_number);
            self.own(coin);
        }
        self.largest_sat = change.largest_sat;
        Ok(())
    }

    /// Return a mature coin by its serial.
    pub fn mature(&self, serial: u64) -> Option<&Shared> {
        self.mature.get(&serial)
    }

    /// Return an owner's oldest mature small coins, without those of one transaction, `limit` at most.
    pub fn small_coins<'a>(
        &'a self,
        owner: usize,
        other_than: &'a [u8],
        limit: usize,
    ) -> impl Iterator<Item = &'a Shared> {
        let coins = self.small[owner].iter().map(|serial| &self.mature[serial]);
        coins.filter(move |coin| coin.transaction != other_than).take(limit)
    }

    /// Iterate over the coins that may win the next block.
    pub fn mature_coins(&self) -> impl Iterator<Item = &Shared> {
        self.classes.iter().flatten().map(|serial| &self.mature[serial])
    }

    /// Iterate over every coin.
    pub fn coins(&self) -> impl Iterator<Item = &Shared> {
        self.mature_coins().chain(self.maturing.iter().flat_map(|(_, block)| block.iter()))
    }

    /// Draw a coin with a chance in proportion to its value, by uniform integers below a bound; there must be one.
    pub fn draw<E>(&self, below: &mut impl FnMut(u128) -> Result<u128, E>) -> Result<&Shared, E> {
        let mut left_sat = below(self.mature_sat)?;
        let mut class = CLASSES - 1;
        while left_sat >= self.class_sat[class] {
            left_sat -= self.class_sat[class];
            class -= 1;
        }
        let serials = &self.classes[class];
        loop {
            let place = below((serials.len() as u128) << class)?;
            let coin = &self.mature[&serials[(place >> class) as usize]];
            if place & ((1 << class) - 1) < u128::from(coin.value_sat) {
                return Ok(coin);
            }
        }
    }

    /// Return each owner's mature satoshi, summed over the draws for all blocks up to the tip.
    pub fn mature_sat_blocks(&self, number: i64) -> Vec<i128> {
        let late = self.late_sat_blocks.iter();
        let weights = self.owner_mature_sat.iter().zip(late);
        weights.map(|(&sat, late)| sat as i128 * i128::from(number + 1) - late).collect()
    }

    /// Start the sums of `mature_sat_blocks` anew after block `number`.
    pub fn count_from(&mut self, number: i64) {
        let weights = self.owner_mature_sat.iter();
        self.late_sat_blocks = weights.map(|&sat| sat as i128 * i128::from(number + 1)).collect();
    }

    /// Let all coins have been made `seconds` later.
    pub fn shift(&mut self, seconds: i64) {
        let later = |coin: &Shared| Coin { time_s: coin.time_s + seconds, ..Coin::clone(coin) }.digested();
        self.mature.values_mut().for_each(|coin| *coin = later(coin));
        for (_, block) in &mut self.maturing {
            *block = block.iter().map(later).collect();
        }
        self.digest = self.coins().fold(U256::ZERO, |sum, coin| sum.wrapping_add(coin.digest));
    }

    fn own(&mut self, coin: &Shared) {
        self.owner_sat[coin.owner as usize] += u128::from(coin.value_sat);
        self.total_sat += u128::from(coin.value_sat);
        self.digest = self.digest.wrapping_add(coin.digest);
    }

    fn disown(&mut self, coin: &Shared) {
        self.owner_sat[coin.owner as usize] -= u128::from(coin.value_sat);
        self.total_sat -= u128::from(coin.value_sat);
        self.digest = self.digest.wrapping_sub(coin.digest);
    }

    /// Let a coin stake in the draws for block `from_number` and later ones.
    fn enter(&mut self, coin: &Shared, from_number: i64) {
        let (class, owner, value_sat) = (coin.class(), coin.owner as usize, u128::from(coin.value_sat));
        insert(&mut self.classes[class], coin.serial);
        self.class_sat[class] += value_sat;
        if coin.value_sat < self.small_below_sat {
            insert(&mut self.small[owner], coin.serial);
        }
        self.mature_sat += value_sat;
        self.owner_mature_sat[owner] += value_sat;
        self.late_sat_blocks[owner] += value_sat as i128 * i128::from(from_number);
        self.largest_sat = self.largest_sat.max(coin.value_sat);
        self.mature.insert(coin.serial, coin.clone());
    }

    /// Let a coin stake no more, from the draw for block `from_number` on.
    fn leave(&mut self, coin: &Shared, from_number: i64) -> Result<(), Missing> {
        if self.mature.get(&coin.serial) != Some(coin) {
            return Err(Missing(coin.clone()));
        }
        self.mature.remove(&coin.serial);
        let (class, owner, value_sat) = (coin.class(), coin.owner as usize, u128::from(coin.value_sat));
        remove(&mut self.classes[class], coin.serial);
        self.class_sat[class] -= value_sat;
        if coin.value_sat < self.small_below_sat {
            remove(&mut self.small[owner], coin.serial);
        }
        self.mature_sat -= value_sat;
        self.owner_mature_sat[owner] -= value_sat;
        self.late_sat_blocks[owner] -= value_sat as i128 * i128::from(from_number);
        Ok(())
    }
}

fn insert(serials: &mut Vec<u64>, serial: u64) {
    let at = serials.partition_point(|&other| other < serial);
    serials.insert(at, serial);
}

fn remove(serials: &mut Vec<u64>, serial: u64) {
    if let Ok(at) = serials.binary_search(&serial) {
        serials.remove(at);
    }
}
