namespace BleepStore.Storage.Aws;

/// <summary>How S3 encrypts what is written ("Protecting data with server-side encryption", Amazon S3 User Guide).</summary>
public enum AwsEncryption
{
    /// <summary>As the bucket's own default says; nothing is asked for.</summary>
    BucketDefault = 0,

    /// <summary>SSE-S3: with keys of S3 itself.</summary>
    S3Managed,

    /// <summary>
    /// SSE-KMS: with a key of the Key Management Service, <see cref="AwsBackendOptions.KmsKeyId"/> or the account's own. ETags are then
    /// kept as reserved metadata.
    /// </summary>
    Kms,

    /// <summary>
    /// SSE-C: with <see cref="AwsBackendOptions.CustomerKey"/>, which goes along with every request and is kept nowhere. ETags are then
    /// kept as reserved metadata.
    /// </summary>
    CustomerKey,
}
