// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {InsuranceBooks} from "./insurance/InsuranceBooks.sol";
import {InsuranceClaims} from "./insurance/InsuranceClaims.sol";
import {InsurancePolicies} from "./insurance/InsurancePolicies.sol";
import {InsuranceProducts} from "./insurance/InsuranceProducts.sol";
import {IConsentRegistry} from "./interfaces/IConsentRegistry.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {IRecordVersions} from "./interfaces/IRecordVersions.sol";

/// @title Private health insurance paid in MED
/// @notice Several insurers in one contract, each with a reserve of its own: books, products, policies, claims.
contract Insurance is InsuranceClaims {
    /// @param forwarder the only forwarder whose appended sender is believed, for good
    /// @param admin who grants and revokes `ARBITER_ROLE`
    /// @param arbiters who holds `ARBITER_ROLE` from the start
    /// @param token MED
    /// @param identity the registry of people
    /// @param records the registry of records
    /// @param consents the registry of consents
    /// @param terms what holds for every insurer, fixed for good
    constructor(
        address forwarder,
        address admin,
        address[] memory arbiters,
        IERC20 token,
        IIdentityRegistry identity,
        IRecordVersions records,
        IConsentRegistry consents,
        Terms memory terms
    )
        ERC2771Context(forwarder)
        EIP712("MedSim Insurance", "1")
        InsuranceBooks(admin, arbiters, token, identity, terms.reserveBasisPoints)
        InsuranceProducts(terms.maximumReviewSeconds, terms.minimumAppealSeconds)
        InsuranceClaims(records, consents, terms.maximumFilings, terms.arbitrationSeconds)
    {}
}
