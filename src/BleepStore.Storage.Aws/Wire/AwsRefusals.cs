using BleepStore.Storage.Backends.Toolkit;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>Refusals without their own code, and the advice for them.</summary>
internal sealed class AwsRefusals(AwsBackendOptions options, AwsClients clients)
{
    /// <summary>The size of one metadata value that every server is known to store, in bytes.</summary>
    private const int SafeMetadataValue = 256;

    public static bool IsAboutCustomerKey(StorageException error) =>
        error is { Status: 400, ProviderCode: "InvalidRequest", Code: StorageErrorCode.InternalError };

    public StorageException CustomerKeyNeeded(StorageException error) => UpstreamErrors.Recode(
        error,
        StorageErrorCode.AccessDenied,
        options.CustomerKey is null
            ? "S3 does not show the object. It shows an object under a customer's key (SSE-C) only to a request with that key. Set " +
                $"{nameof(AwsBackendOptions.Encryption)} and {nameof(AwsBackendOptions.CustomerKey)}."
            : "S3 does not show the object to a request with a customer's key. If the object is not under such a key, read it with a " +
                $"store that has no {nameof(AwsBackendOptions.CustomerKey)}.");

    /// <summary>Buckets refuse SSE-C by default since April 2026 ("Blocking or unblocking SSE-C", Amazon S3 User Guide).</summary>
    public bool IsAboutBlockedEncryption(StorageException error) =>
        error.Code == StorageErrorCode.AccessDenied && options.CustomerKey is not null;

    public StorageException EncryptionBlocked(StorageException error) => UpstreamErrors.Recode(
        error,
        StorageErrorCode.AccessDenied,
        "S3 refused to write under a customer's key (SSE-C). Amazon's S3 blocks SSE-C in buckets by default since April 2026. Allow " +
        "SSE-C in the bucket's default encryption, or use "
        + $"{nameof(AwsEncryption)}.{nameof(AwsEncryption.Kms)}. Otherwise check the permissions of the credential.");

    /// <summary>Servers have additional limits (Swift has 256 bytes per value) and no code for them.</summary>
    public bool IsAboutMetadata(StorageException error, S3.MetadataCollection metadata) =>
        clients.Compatibility == AwsCompatibility.S3Compatible
        && error is { Status: 400, Code: StorageErrorCode.InternalError }
        && metadata.Keys.Any(name => metadata[name].Length > SafeMetadataValue);

    public static StorageException TooMuchMetadata(StorageException error) => UpstreamErrors.Recode(
        error,
        StorageErrorCode.MetadataTooLarge,
        $"The server refused an object with a metadata value of more than {SafeMetadataValue} bytes. Some servers store no longer " +
        "values. Use shorter values.");

    /// <summary>A 400 for a part means a limit of the server, or an upload that another tool began.</summary>
    public static bool IsAboutPart(StorageException error) =>
        error is { Status: 400, ProviderCode: "InvalidRequest" or "InvalidArgument", Code: StorageErrorCode.InternalError };

    public static StorageException PartRefused(StorageException error, int partNumber) => UpstreamErrors.Recode(
        error,
        StorageErrorCode.NotSupported,
        error.ProviderCode == "InvalidArgument"
            ? $"The server refused the part with the number {partNumber}. Some servers accept fewer than 10,000 parts. Raise " +
                $"{nameof(ObjectStoreOptions.PartSize)}."
            : "S3 refused the part. If another tool began the upload with a checksum algorithm, complete it with that tool. If it began " +
                "under a customer's key (SSE-C), set "
                + $"{nameof(AwsBackendOptions.Encryption)} and {nameof(AwsBackendOptions.CustomerKey)}.");
}
