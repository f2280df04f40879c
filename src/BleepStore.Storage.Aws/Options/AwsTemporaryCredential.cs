namespace BleepStore.Storage.Aws;

/// <summary>
/// An access key with a session token, which expires ("Temporary security credentials in IAM", AWS IAM User Guide). It holds secrets, which
/// <see cref="ToString"/> does not show.
/// </summary>
public sealed record AwsTemporaryCredential
{
    /// <summary>The id of the access key.</summary>
    public required string AccessKeyId { get; init; }

    /// <summary>The secret of the access key.</summary>
    public required string SecretAccessKey { get; init; }

    /// <summary>The token of the session.</summary>
    public required string SessionToken { get; init; }

    /// <summary>When the credential expires. It is renewed before that.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The id of the access key and the expiry, without secrets.</summary>
    public override string ToString() => FormattableString.Invariant($"{AccessKeyId} until {ExpiresAt:u}");
}
