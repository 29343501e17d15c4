//! The header fields that the protocol decides, and what they make of revm's configuration.

use alloy_primitives::{Address, B256, U256};
use revm::context::{BlockEnv, CfgEnv};
use revm::primitives::eip4844::BLOB_BASE_FEE_UPDATE_FRACTION_CANCUN;
use revm::primitives::hardfork::SpecId;

/// The fields of `chain.block.BlockEnvironment`.
#[derive(Clone, Debug)]
pub struct Environment {
    pub number: u64,
    pub timestamp_s: u64,
    pub gas_limit_gas: u64,
    pub coinbase: Address,
    pub parent_hash: B256,
    pub mix_hash: B256,
    pub extra_data: Vec<u8>,
    pub parent_identity: B256,
}

impl Environment {
    /// What the EVM may ask about its block: no base fee, no blobs, PREVRANDAO is the mix hash.
    pub fn block(&self) -> BlockEnv {
        let mut block = BlockEnv {
            number: U256::from(self.number),
            beneficiary: self.coinbase,
            timestamp: U256::from(self.timestamp_s),
            gas_limit: self.gas_limit_gas,
            basefee: 0,
            difficulty: U256::ZERO,
            prevrandao: Some(self.mix_hash),
            ..BlockEnv::default()
        };
        block.set_blob_excess_gas_and_price(0, BLOB_BASE_FEE_UPDATE_FRACTION_CANCUN);
        block
    }
}

/// Return the rules of Cancun. The sender of a `message` may be anybody, a contract too, at any nonce.
pub fn rules(chain_id: u64, message: bool) -> CfgEnv {
    let mut rules = CfgEnv::new_with_spec(SpecId::CANCUN).with_chain_id(chain_id);
    rules.disable_nonce_check = message;
    rules.disable_eip3607 = message;
    rules.disable_block_gas_limit = message;
    rules
}
