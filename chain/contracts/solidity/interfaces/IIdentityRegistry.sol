// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What other contracts ask about people: role, standing, certification, and which keys are one person's
/// @notice A person is known by its first key. A key that was replaced is retired for good and counts nowhere.
interface IIdentityRegistry {
    /// @notice What an account is in the economy.
    enum Role {
        None,
        Patient,
        Provider,
        Insurer,
        Researcher,
        Device,
        Certifier
    }

    /// @notice Whether an account may act: `Unknown` never registered, `Retired` was replaced by another key.
    enum Standing {
        Unknown,
        Active,
        Suspended,
        Retired
    }

    /// @notice Whether `provider` is certified now, not suspended, and its key not replaced. One storage read.
    /// @param provider the account that is asked about
    /// @return certified whether it may check patients in and issue records now
    function isCertified(address provider) external view returns (bool certified);

    /// @notice Whether `account` is registered in `role`, not suspended, and its key not replaced. One storage read.
    /// @param account the account that is asked about
    /// @param role the role it should have, not `None`
    /// @return active whether it may act in that role now
    function isActive(address account, Role role) external view returns (bool active);

    /// @notice The role of `account`, also while it is suspended; `None` where it never registered or its key was
    /// replaced.
    /// @param account the account that is asked about
    /// @return role its role
    function roleOf(address account) external view returns (Role role);

    /// @notice Whether `account` may act at all.
    /// @param account the account that is asked about
    /// @return standing its standing
    function accountStanding(address account) external view returns (Standing standing);

    /// @notice The key that speaks now for the person that `account` is or was a key of; itself where never replaced.
    /// @param account any key of the person
    /// @return key the person's present key
    function currentKeyOf(address account) external view returns (address key);

    /// @notice The first key of the person that `account` is or was a key of; itself where it never replaced another.
    /// What must outlive a key (a consent, the mark that a record has been sold) is kept under it.
    /// @param account any key of the person
    /// @return person the person's first key, which stays the same for good
    function personOf(address account) external view returns (address person);

    /// @notice Whether both are or were keys of one person. Every account is the same person as itself.
    /// @param first one key
    /// @param second another key
    /// @return same whether they are one person's
    function samePerson(address first, address second) external view returns (bool same);
}
