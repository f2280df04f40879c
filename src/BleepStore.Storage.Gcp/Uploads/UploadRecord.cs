namespace BleepStore.Storage.Gcp.Uploads;

/// <summary>The record of a multipart upload until it ends, by which any process can list, complete and abort it.</summary>
/// <param name="Key">The key of the future object.</param>
/// <param name="UploadId">The upload's id, which is also the object's write token.</param>
/// <param name="Attributes">The attributes of the future object.</param>
/// <param name="InitiatedAt">When the upload began (UTC).</param>
internal sealed record UploadRecord(string Key, string UploadId, ObjectAttributes Attributes, DateTimeOffset InitiatedAt)
{
    /// <summary>The upload as listings show it.</summary>
    public MultipartUploadInfo Info => new() { Key = Key, UploadId = UploadId, InitiatedAt = InitiatedAt };

    /// <summary>The record's only generation.</summary>
    public required long Generation { get; init; }

    /// <summary>By which a change is made conditional on nobody else having made one.</summary>
    public required long Metageneration { get; init; }

    /// <summary>
    /// The time since the last change, by the service's clock alone. <see langword="null"/> where the answer lacks the time.
    /// </summary>
    public TimeSpan? Age { get; init; }

    /// <summary>The completion that has begun, if one has.</summary>
    public UploadClaim? Claim { get; init; }

    /// <summary>Whether the upload was aborted, and its parts are being deleted.</summary>
    public bool IsAborted { get; init; }
}
