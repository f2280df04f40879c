namespace BleepStore.Storage.Aws;

/// <summary>How S3 encrypts new objects ("Protecting data with server-side encryption", Amazon S3 User Guide).</summary>
public enum AwsEncryption
{
    /// <summary>The bucket's own default applies. Requests contain no encryption headers.</summary>
    BucketDefault = 0,

    /// <summary>SSE-S3, with keys of S3 itself.</summary>
    S3Managed,

    /// <summary>
    /// SSE-KMS, with a key of the Key Management Service. It is <see cref="AwsBackendOptions.KmsKeyId"/> or the account's own key. ETags
    /// are then stored as reserved metadata.
    /// </summary>
    Kms,

    /// <summary>
    /// SSE-C, with <see cref="AwsBackendOptions.CustomerKey"/>, which is sent with every request and stored nowhere. ETags are then stored
    /// as reserved metadata.
    /// </summary>
    CustomerKey,
}
