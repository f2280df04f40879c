namespace BleepStore.Storage.Aws;

/// <summary>
/// The kind of server. Amazon's own S3 does all that its documentation promises. Another server that speaks the protocol must be tried.
/// </summary>
public enum AwsCompatibility
{
    /// <summary>Amazon S3, or a server with all its features, including conditions on puts, copies, completions and deletes.</summary>
    Aws = 0,

    /// <summary>
    /// A server that speaks the protocol (Ceph, MinIO, R2, B2, Wasabi). Whether it honours conditions on puts, copies, completions and
    /// deletes is tried once per store, when one is first needed. A condition that it does not honour fails with
    /// <see cref="StorageErrorCode.NotSupported"/>.
    /// </summary>
    S3Compatible,
}
