// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @dev A compact signature (ERC-2098): the recovery bit is the top bit of `vs`, below it s. Each signature has
/// exactly one such form, and two words of calldata cost less than a length-prefixed byte string.
struct Signature {
    bytes32 r;
    bytes32 vs;
}

/// @title Checks of compact signatures
library Signatures {
    /// @dev Whether `signature` over `digest` is that of `signer`. A malformed or malleable one is not.
    function isBy(Signature calldata signature, bytes32 digest, address signer) internal pure returns (bool) {
        (address recovered, ECDSA.RecoverError failure,) = ECDSA.tryRecover(digest, signature.r, signature.vs);
        return failure == ECDSA.RecoverError.NoError && recovered == signer;
    }
}
