using System.Text.RegularExpressions;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Gcp.Wire;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Gcp;

/// <summary>The rules of <see cref="GcpBackendOptions"/>, shared by stores made by hand and by dependency injection.</summary>
/// <param name="store">The name of the store with these options. Other stores have their own validators.</param>
/// <param name="hasGivenClient">Whether the application provided a client.</param>
internal sealed partial class GcpBackendOptionsValidator(string store, bool hasGivenClient) : IValidateOptions<GcpBackendOptions>
{
    public ValidateOptionsResult Validate(string? name, GcpBackendOptions options) =>
        string.Equals(name, store, StringComparison.Ordinal)
            ? OptionFaults.Result(name, "Google backend", Faults(options, hasGivenClient))
            : ValidateOptionsResult.Skip;

    /// <returns>One sentence per broken rule, naming the option. No values that can be secret.</returns>
    public static IEnumerable<string> Faults(GcpBackendOptions options, bool hasGivenClient = false) =>
        [.. BucketFaults(options), .. ClientFaults(options, hasGivenClient), .. OtherFaults(options)];

    private static IEnumerable<string> BucketFaults(GcpBackendOptions options)
    {
        if (options.BucketMapping is not (GcpBucketMapping.SharedContainer or GcpBucketMapping.ContainerPerBucket))
        {
            yield return $"{nameof(options.BucketMapping)} is {options.BucketMapping}, which is not a mapping.";
        }
        else if (options.BucketMapping == GcpBucketMapping.SharedContainer && string.IsNullOrEmpty(options.Bucket))
        {
            yield return $"{nameof(options.Bucket)} is required. Set it to the upstream bucket that the buckets share.";
        }
        else if (options.BucketMapping == GcpBucketMapping.ContainerPerBucket && options.Bucket is not null)
        {
            yield return $"{nameof(options.Bucket)} is set, but with {nameof(GcpBucketMapping.ContainerPerBucket)} every bucket is a " +
                "separate upstream bucket. Leave one of the two out.";
        }
        else if (options.BucketMapping == GcpBucketMapping.ContainerPerBucket && string.IsNullOrEmpty(options.ProjectId))
        {
            yield return $"{nameof(options.ProjectId)} is required with {nameof(GcpBucketMapping.ContainerPerBucket)}. Set it to the " +
                "project in which buckets are created and listed.";
        }

        if (!string.IsNullOrEmpty(options.Bucket) && !GcpNames.IsContainer(options.Bucket))
        {
            yield return $"{nameof(options.Bucket)} is '{options.Bucket}'. It must be 3 to 222 lower-case letters, digits, hyphens, " +
                "underscores and dots, and begin and end with a letter or digit.";
        }

        if (options.Location is not null && options.BucketMapping == GcpBucketMapping.SharedContainer)
        {
            yield return $"{nameof(options.Location)} is set, but with {nameof(GcpBucketMapping.SharedContainer)} no bucket is created.";
        }

        if (GcpNames.PrefixFault(options.Prefix) is { } fault)
        {
            yield return $"{nameof(options.Prefix)} {fault}.";
        }
    }

    private static IEnumerable<string> ClientFaults(GcpBackendOptions options, bool hasGivenClient)
    {
        string[] credentials =
        [
            .. Set(
                (nameof(options.CredentialsFile), options.CredentialsFile),
                (nameof(options.CredentialFactory), options.CredentialFactory),
                (nameof(options.UnauthenticatedAccess), options.UnauthenticatedAccess ? options : null)),
        ];
        string[] all = [.. credentials, .. Set(
            (nameof(options.ServiceUrl), options.ServiceUrl), (nameof(options.HandlerFactory), options.HandlerFactory))];
        if (hasGivenClient && all.Length > 0)
        {
            yield return $"{string.Join(" and ", all)} cannot be set together with a given client, because the client already has an " +
                "address, a credential and a handler.";
        }
        else if (credentials.Length > 1)
        {
            yield return $"{string.Join(" and ", credentials)} are set, and each is a credential. Keep one of them.";
        }

        if (options.ServiceUrl is { } uri)
        {
            if (!uri.IsAbsoluteUri
                || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
                || uri.Query.Length > 0
                || uri.UserInfo.Length > 0)
            {
                yield return $"{nameof(options.ServiceUrl)} must be an absolute http or https address without a query.";
            }
            else if (uri.Scheme != Uri.UriSchemeHttps && !uri.IsLoopback && !options.UnauthenticatedAccess)
            {
                yield return $"{nameof(options.ServiceUrl)} is plain http, but a token must not be sent over it. Use https, or " +
                    $"{nameof(options.UnauthenticatedAccess)}.";
            }
        }
    }

    private static IEnumerable<string> OtherFaults(GcpBackendOptions options)
    {
        if (options.KmsKeyName is { } key && !KmsKey().IsMatch(key))
        {
            yield return $"{nameof(options.KmsKeyName)} is not a valid key name. Use projects/…/locations/…/keyRings/…/cryptoKeys/….";
        }

        if (options.UserProject is { } payer && !Project().IsMatch(payer))
        {
            yield return $"{nameof(options.UserProject)} is not the id or number of a project. Use letters, digits, hyphens, dots and " +
                "colons.";
        }

        if (options.StorageClass is { Length: 0 })
        {
            yield return $"{nameof(options.StorageClass)} is empty. Leave it out to use that of the upstream bucket.";
        }
    }

    private static IEnumerable<string> Set(params (string Name, object? Value)[] options) =>
        options.Where(static option => option.Value is not (null or "")).Select(static option => option.Name);

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9.:\-]{0,99}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Project();

    [GeneratedRegex(
        "^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KmsKey();
}
