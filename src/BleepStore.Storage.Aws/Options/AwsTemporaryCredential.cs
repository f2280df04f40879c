namespace BleepStore.Storage.Aws;

/// <summary>
/// An access key with a session token, which expires ("Temporary security credentials in IAM", AWS IAM User Guide). Holds secrets;
/// <see cref="ToString"/> shows none.
/// </summary>
/// <param name="AccessKeyId">The id of the access key.</param>
/// <param name="SecretAccessKey">The access key's secret.</param>
/// <param name="SessionToken">The token of the session.</param>
/// <param name="ExpiresAt">When the credential expires. It is renewed before that.</param>
public sealed record AwsTemporaryCredential(string AccessKeyId, string SecretAccessKey, string SessionToken, DateTimeOffset ExpiresAt)
{
    /// <summary>The id of the access key and the expiry, without secrets.</summary>
    public override string ToString() => FormattableString.Invariant($"{AccessKeyId} until {ExpiresAt:u}");
}
