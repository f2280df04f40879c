using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>A multipart upload that is neither completed nor aborted. Immutable and thread-safe.</summary>
public sealed record MultipartUploadInfo
{
    /// <summary>The key that the upload is for.</summary>
    public required string Key { get; init; }

    /// <summary>The upload's id, opaque.</summary>
    public required string UploadId { get; init; }

    /// <summary>When the upload was begun (UTC), by the service's clock.</summary>
    public required DateTimeOffset InitiatedAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(MultipartUploadInfo))
        .Add(nameof(Key), Key)
        .Add(nameof(UploadId), UploadId)
        .Add(nameof(InitiatedAt), InitiatedAt)
        .ToString();
}
