using System.Buffers.Text;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends.Toolkit;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Aws;

/// <summary>The rules of <see cref="AwsBackendOptions"/>, shared by stores made by hand and by dependency injection.</summary>
/// <param name="store">The name of the store with these options. Other stores have their own validators.</param>
/// <param name="hasGivenClient">Whether the application provided a client.</param>
internal sealed class AwsBackendOptionsValidator(string store, bool hasGivenClient) : IValidateOptions<AwsBackendOptions>
{
    private const int CustomerKeyBytes = 32;

    /// <summary>Directory buckets, and the access points to them.</summary>
    private static readonly string[] DirectoryBuckets = ["--x-s3", "--xa-s3"];

    public ValidateOptionsResult Validate(string? name, AwsBackendOptions options) =>
        string.Equals(name, store, StringComparison.Ordinal)
            ? OptionFaults.Result(name, "S3 backend", Faults(options, hasGivenClient))
            : ValidateOptionsResult.Skip;

    /// <returns>One sentence per broken rule, naming the option. No values that can be secret.</returns>
    public static IEnumerable<string> Faults(AwsBackendOptions options, bool hasGivenClient = false) =>
        [.. BucketFaults(options), .. EndpointFaults(options), .. CredentialFaults(options), .. EncryptionFaults(options), .. hasGivenClient
            ? GivenFaults(options)
            : []];

    private static IEnumerable<string> BucketFaults(AwsBackendOptions options)
    {
        if (options.BucketMapping is not (AwsBucketMapping.SharedContainer or AwsBucketMapping.ContainerPerBucket))
        {
            yield return $"{nameof(options.BucketMapping)} is {options.BucketMapping}, which is not a mapping.";
        }
        else if (options.BucketMapping == AwsBucketMapping.ContainerPerBucket && options.Bucket is not null)
        {
            yield return $"{nameof(options.Bucket)} is set, but with {nameof(AwsBucketMapping.ContainerPerBucket)} every bucket is a " +
                "separate upstream bucket. Leave one of the two out.";
        }
        else if (options.BucketMapping == AwsBucketMapping.SharedContainer && string.IsNullOrEmpty(options.Bucket))
        {
            yield return $"{nameof(options.Bucket)} is required. Set it to the upstream bucket that the buckets share.";
        }

        if (options.Bucket is { } name && (DirectoryBuckets.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal))
            || name.Contains(":s3express:", StringComparison.Ordinal)))
        {
            yield return $"{nameof(options.Bucket)} is the directory bucket '{options.Bucket}' (S3 Express One Zone). Its listings have " +
                "no order, and its ETags are no MD5. Use a general purpose bucket.";
        }
        else if (!string.IsNullOrEmpty(options.Bucket) && !AwsNames.IsContainer(options.Bucket))
        {
            yield return $"{nameof(options.Bucket)} is '{options.Bucket}'. It must be a bucket's name, an access point's alias or an ARN.";
        }

        if (AwsNames.PrefixFault(options.Prefix) is { } fault)
        {
            yield return $"{nameof(options.Prefix)} {fault}.";
        }
    }

    private static IEnumerable<string> EndpointFaults(AwsBackendOptions options)
    {
        if (options.ServiceUrl is { } url
            && (!url.IsAbsoluteUri
                || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)
                || url.Query.Length > 0
                || url.UserInfo.Length > 0))
        {
            yield return $"{nameof(options.ServiceUrl)} must be an absolute http or https address without user and query.";
        }

        if (options.Compatibility is { } compatibility && !Enum.IsDefined(compatibility))
        {
            yield return $"{nameof(options.Compatibility)} is {compatibility}, which is not a valid value.";
        }
    }

    private static IEnumerable<string> CredentialFaults(AwsBackendOptions options)
    {
        if (string.IsNullOrEmpty(options.AccessKeyId) != string.IsNullOrEmpty(options.SecretAccessKey))
        {
            yield return $"{nameof(options.AccessKeyId)} and {nameof(options.SecretAccessKey)} belong together. Set both or neither.";
        }

        if (!string.IsNullOrEmpty(options.SessionToken) && string.IsNullOrEmpty(options.AccessKeyId))
        {
            yield return $"{nameof(options.SessionToken)} is set without {nameof(options.AccessKeyId)}, which it belongs to.";
        }

        if (options.RenewCredential is not null
            && !(string.IsNullOrEmpty(options.AccessKeyId)
                && string.IsNullOrEmpty(options.SecretAccessKey)
                && string.IsNullOrEmpty(options.SessionToken)
                && string.IsNullOrEmpty(options.Profile)))
        {
            yield return $"{nameof(options.RenewCredential)} and another credential are set. Keep one of them.";
        }

        if (!string.IsNullOrEmpty(options.AccessKeyId) && !string.IsNullOrEmpty(options.Profile))
        {
            yield return $"{nameof(options.AccessKeyId)} and {nameof(options.Profile)} are set, and each is a credential. Keep one of " +
                "them.";
        }
    }

    private static IEnumerable<string> EncryptionFaults(AwsBackendOptions options)
    {
        if (!Enum.IsDefined(options.Encryption))
        {
            yield return $"{nameof(options.Encryption)} is {options.Encryption}, which is not a valid value.";
        }

        if (options.KmsKeyId is not null && options.Encryption != AwsEncryption.Kms)
        {
            yield return $"{nameof(options.KmsKeyId)} is set, but {nameof(options.Encryption)} is {options.Encryption}. It belongs to " +
                $"{nameof(AwsEncryption.Kms)}.";
        }

        if (options.Encryption == AwsEncryption.CustomerKey)
        {
            if (options.CustomerKey is null || !Base64.IsValid(options.CustomerKey, out int length) || length != CustomerKeyBytes)
            {
                yield return $"{nameof(options.CustomerKey)} must be 256 bits in Base64.";
            }

            if (options.ServiceUrl?.Scheme == Uri.UriSchemeHttp)
            {
                yield return $"{nameof(options.ServiceUrl)} is plain http, but a {nameof(options.CustomerKey)} must not be sent over " +
                    "it. Use https.";
            }
        }
        else if (options.CustomerKey is not null)
        {
            yield return $"{nameof(options.CustomerKey)} is set, but {nameof(options.Encryption)} is {options.Encryption}. It belongs " +
                $"to {nameof(AwsEncryption.CustomerKey)}.";
        }
    }

    private static IEnumerable<string> GivenFaults(AwsBackendOptions options)
    {
        string[] contradicting =
        [
            .. Set(
                (nameof(options.Region), options.Region),
                (nameof(options.ServiceUrl), options.ServiceUrl),
                (nameof(options.ForcePathStyle), options.ForcePathStyle),
                (nameof(options.AccessKeyId), options.AccessKeyId),
                (nameof(options.SecretAccessKey), options.SecretAccessKey),
                (nameof(options.SessionToken), options.SessionToken),
                (nameof(options.RenewCredential), options.RenewCredential),
                (nameof(options.Profile), options.Profile),
                (nameof(options.ConfigureClient), options.ConfigureClient)),
        ];
        if (contradicting.Length > 0)
        {
            yield return $"{string.Join(" and ", contradicting)} cannot be set together with a given client, because the client already " +
                "has an endpoint, a credential and a configuration.";
        }
    }

    private static IEnumerable<string> Set(params (string Name, object? Value)[] options) =>
        options.Where(static option => option.Value is not (null or "")).Select(static option => option.Name);
}
