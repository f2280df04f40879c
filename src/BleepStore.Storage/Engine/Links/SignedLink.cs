using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>
/// The request that a link of the store allows, after its signature and its time were verified. Immutable and thread-safe.
/// </summary>
public sealed record SignedLink
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>The request that the link allows. A link for a part has <see cref="PresignMethod.Put"/>.</summary>
    public required PresignMethod Method { get; init; }

    /// <summary>The options that the link binds.</summary>
    public PresignOptions Options { get; init; } = PresignOptions.Default;

    /// <summary>The multipart upload, where the link allows one part of it. The default is <see langword="null"/>.</summary>
    public string? UploadId { get; init; }

    /// <summary>The part, where the link allows one. 1 to 10,000. The default is 0.</summary>
    public int PartNumber { get; init; }

    /// <summary>When the link expires. UTC, to the second.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(SignedLink))
        .Add(nameof(Bucket), Bucket)
        .Add(nameof(Key), Key)
        .Add(nameof(Method), Method)
        .Add(nameof(Options), Options)
        .Add(nameof(UploadId), UploadId)
        .Add(nameof(PartNumber), PartNumber)
        .Add(nameof(ExpiresAt), ExpiresAt)
        .ToString();
}
