namespace BleepStore.Storage;

/// <summary>
/// A link of the store's own, after its signature and its time were verified: the request that it allows. Immutable and thread-safe.
/// </summary>
public sealed record SignedLink
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>What the link allows. A link for a part is one to <see cref="PresignMethod.Put"/>.</summary>
    public required PresignMethod Method { get; init; }

    /// <summary>What the link binds.</summary>
    public PresignOptions Options { get; init; } = PresignOptions.Default;

    /// <summary>The multipart upload, where the link allows one part of it. Default: <see langword="null"/>.</summary>
    public string? UploadId { get; init; }

    /// <summary>The part, where the link allows one. 1 to 10,000. Default: 0.</summary>
    public int PartNumber { get; init; }

    /// <summary>When the link expires. UTC, to the second.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
