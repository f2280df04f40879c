using Azure.Storage.Blobs;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends.Toolkit;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Azure;

/// <summary>The rules of <see cref="AzureBackendOptions"/>, shared by stores made by hand and by dependency injection.</summary>
/// <param name="store">The name of the store with these options. Other stores have their own validators.</param>
/// <param name="given">The kind of client that the application provided.</param>
internal sealed class AzureBackendOptionsValidator(string store, GivenClient given) : IValidateOptions<AzureBackendOptions>
{
    public ValidateOptionsResult Validate(string? name, AzureBackendOptions options) =>
        string.Equals(name, store, StringComparison.Ordinal)
            ? OptionFaults.Result(name, "Azure backend", Faults(options, given))
            : ValidateOptionsResult.Skip;

    /// <returns>One sentence per broken rule, naming the option. No values that can be secret.</returns>
    public static IEnumerable<string> Faults(AzureBackendOptions options, GivenClient given = GivenClient.None) =>
        [
            .. ContainerFaults(options, given),
            .. AccountFaults(options, given),
            .. CredentialFaults(options, given),
            .. OtherFaults(options),
        ];

    private static IEnumerable<string> ContainerFaults(AzureBackendOptions options, GivenClient given)
    {
        if (options.BucketMapping is not (AzureBucketMapping.SharedContainer or AzureBucketMapping.ContainerPerBucket))
        {
            yield return $"{nameof(options.BucketMapping)} is {options.BucketMapping}, which is not a mapping.";
        }
        else if (options.BucketMapping == AzureBucketMapping.ContainerPerBucket
            && (options.Container is not null || given == GivenClient.Container))
        {
            yield return $"{nameof(options.Container)} is set, but with {nameof(AzureBucketMapping.ContainerPerBucket)} every bucket is " +
                "a separate container. Leave one of the two out.";
        }
        else if (given == GivenClient.Container && options.Container is not null)
        {
            yield return $"{nameof(options.Container)} is set, but the given client already has a container. Leave it out.";
        }
        else if (options.BucketMapping == AzureBucketMapping.SharedContainer
            && given != GivenClient.Container
            && string.IsNullOrEmpty(options.Container))
        {
            yield return $"{nameof(options.Container)} is required. Set it to the container that the buckets share.";
        }

        if (!string.IsNullOrEmpty(options.Container) && !AzureNames.IsContainer(options.Container))
        {
            yield return $"{nameof(options.Container)} is '{options.Container}'. It must be 3 to 63 lower-case letters, digits and " +
                "single hyphens.";
        }

        if (AzureNames.PrefixFault(options.Prefix) is { } fault)
        {
            yield return $"{nameof(options.Prefix)} {fault}.";
        }
    }

    /// <returns>The problem, without the text, which has a key. <see langword="null"/> if the text can be read.</returns>
    private static string? Malformed(string connectionString)
    {
        try
        {
            _ = new BlobServiceClient(connectionString);
            return null;
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            // Some messages quote the text, which can be a key.
            return error.Message.AsSpan().ContainsAny('\'', '"')
                ? "It is no list of settings name=value."
                : UpstreamErrors.FirstLine(error.Message);
        }
    }

    private static IEnumerable<string> AccountFaults(AzureBackendOptions options, GivenClient given)
    {
        string[] accounts = [.. Set(
            (nameof(options.ConnectionString), options.ConnectionString),
            (nameof(options.AccountUrl), options.AccountUrl),
            (nameof(options.AccountName), options.AccountName))];
        if (given != GivenClient.None)
        {
            string[] contradicting = [.. accounts, .. Credentials(options)
                .Where(credential => !accounts.Contains(credential)), .. Set((nameof(options.ConfigureClient), options.ConfigureClient))];
            if (contradicting.Length > 0)
            {
                yield return $"{string.Join(" and ", contradicting)} cannot be set together with a given client, because the client " +
                    "already has an account, a credential and options.";
            }

            yield break;
        }

        if (accounts.Length != 1)
        {
            yield return accounts.Length == 0
                ? $"the account is unknown. Set {nameof(options.AccountUrl)}, {nameof(options.AccountName)} or " +
                    $"{nameof(options.ConnectionString)}."
                : $"{string.Join(" and ", accounts)} are set, and each names the account. Keep one of them.";
        }

        if (options.ConnectionString is { Length: > 0 } text && Malformed(text) is { } problem)
        {
            yield return $"{nameof(options.ConnectionString)} cannot be read: {problem} Copy all of it from the account's access keys.";
        }

        if (options.AccountName is { Length: > 0 } name
            && (name.Length is < 3 or > 24 || !name.All(char.IsAsciiLetterOrDigit) || name.Any(char.IsAsciiLetterUpper)))
        {
            yield return $"{nameof(options.AccountName)} is '{name}'. It must be 3 to 24 lower-case letters and digits.";
        }

        if (options.AccountUrl is { } url)
        {
            if (!url.IsAbsoluteUri
                || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)
                || url.Query.Length > 0
                || url.UserInfo.Length > 0)
            {
                yield return $"{nameof(options.AccountUrl)} must be an absolute http or https address without a query. Set a SAS in " +
                    $"{nameof(options.SasToken)}.";
            }
            else if (url.Scheme != Uri.UriSchemeHttps && options.SasToken is null && options.SasTokenFactory is null)
            {
                yield return $"{nameof(options.AccountUrl)} is plain http, but a token must not be sent over it. Use https, a SAS or a " +
                    "connection string.";
            }
        }
    }

    private static IEnumerable<string> CredentialFaults(AzureBackendOptions options, GivenClient given)
    {
        string[] credentials = [.. Credentials(options)];
        if (given == GivenClient.None && credentials.Length > 1)
        {
            yield return $"{string.Join(" and ", credentials)} are set, and each is a credential. Keep one of them.";
        }

        if (options.SasToken is { } sas && !sas.Contains("sig=", StringComparison.Ordinal))
        {
            yield return $"{nameof(options.SasToken)} is not a shared access signature, because it has no signature (sig=).";
        }
    }

    private static IEnumerable<string> OtherFaults(AzureBackendOptions options)
    {
        if (!Enum.IsDefined(options.MultipartStaging))
        {
            yield return $"{nameof(options.MultipartStaging)} is {options.MultipartStaging}, which is not a staging.";
        }

        if (options.CreateContainer && options.BucketMapping == AzureBucketMapping.ContainerPerBucket)
        {
            yield return $"{nameof(options.CreateContainer)} is set, but with {nameof(AzureBucketMapping.ContainerPerBucket)} there is " +
                "no shared container to create.";
        }
    }

    private static IEnumerable<string> Credentials(AzureBackendOptions options) => Set(
        (nameof(options.ConnectionString), options.ConnectionString),
        (nameof(options.SasToken), options.SasToken),
        (nameof(options.SasTokenFactory), options.SasTokenFactory),
        (nameof(options.UseManagedIdentity), options.UseManagedIdentity || options.ManagedIdentityClientId is not null ? options : null),
        (nameof(options.CredentialFactory), options.CredentialFactory));

    private static IEnumerable<string> Set(params (string Name, object? Value)[] options) =>
        options.Where(static option => option.Value is not (null or "")).Select(static option => option.Name);
}
