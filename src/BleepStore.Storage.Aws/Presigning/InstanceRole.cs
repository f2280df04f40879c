using Amazon.Runtime;
using Amazon.Util;

namespace BleepStore.Storage.Aws.Presigning;

/// <summary>Finds when the credential of an EC2 instance role expires, because the SDK's own type does not show it. Thread-safe.</summary>
/// <remarks>Source: "Retrieve security credentials from instance metadata", Amazon EC2 User Guide.</remarks>
internal sealed class InstanceRole(TimeProvider time)
{
    /// <summary>
    /// The least life of a credential that the instance has already replaced. The instance has a new one five minutes before the old one
    /// expires, and the SDK asks for it every two minutes.
    /// </summary>
    private static readonly TimeSpan LeastLeft = TimeSpan.FromMinutes(3);

    private volatile Known? _known;

    /// <summary>Whether a credential is that of the instance. All other credentials of the SDK have public types.</summary>
    public static bool Has(AWSCredentials credentials) =>
        credentials.GetType() is { IsPublic: false } type && type.Assembly == typeof(AWSCredentials).Assembly;

    /// <summary>Asks the instance once for each access key.</summary>
    public async Task<DateTimeOffset> ExpiryOfAsync(string accessKeyId, CancellationToken cancellationToken)
    {
        if (_known is { } known && known.AccessKeyId == accessKeyId)
        {
            return known.ExpiresAt;
        }

        IDictionary<string, IAMSecurityCredentialMetadata>? roles =
            await EC2InstanceMetadata.GetIAMSecurityCredentialsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        DateTimeOffset now = time.GetUtcNow();
        if (roles?.Values.FirstOrDefault(role => role.AccessKeyId == accessKeyId) is not { } current
            || current.Expiration.ToUniversalTime() <= now.UtcDateTime)
        {
            // While the instance cannot renew its credential, the SDK goes on with the old one.
            return now + LeastLeft;
        }

        var found = new Known(accessKeyId, new DateTimeOffset(current.Expiration.ToUniversalTime()));
        _known = found;
        return found.ExpiresAt;
    }

    private sealed record Known(string AccessKeyId, DateTimeOffset ExpiresAt);
}
