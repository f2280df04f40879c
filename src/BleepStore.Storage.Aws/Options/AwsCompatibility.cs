namespace BleepStore.Storage.Aws;

/// <summary>
/// Who answers: Amazon's own S3, which keeps all that its documentation says, or another that speaks the protocol, of which that must be
/// found out.
/// </summary>
public enum AwsCompatibility
{
    /// <summary>Amazon S3, or a server that does all that it does: conditions on puts, copies, completions and deletes.</summary>
    Aws = 0,

    /// <summary>
    /// A server that speaks the protocol (Ceph, MinIO, R2, B2, Wasabi). Whether it honours conditions on puts, copies, completions and
    /// deletes is tried once per store, when one is first needed. A condition that it does not honour is
    /// <see cref="StorageErrorCode.NotSupported"/>.
    /// </summary>
    S3Compatible,
}
