using BleepStore.Storage.Azure.Wire;

namespace BleepStore.Storage.Azure.Uploads;

/// <summary>What is kept of a caller's multipart upload until it ends, so that any process can list, complete and abort it.</summary>
/// <param name="Key">The key of the object to come.</param>
/// <param name="UploadId">The upload's id, which is also the object's write token.</param>
/// <param name="Attributes">The attributes of the object to come.</param>
/// <param name="InitiatedAt">When the upload began (UTC).</param>
internal sealed record UploadRecord(string Key, string UploadId, ObjectAttributes Attributes, DateTimeOffset InitiatedAt)
{
    /// <summary>The upload as listings show it.</summary>
    public MultipartUploadInfo Info => new() { Key = Key, UploadId = UploadId, InitiatedAt = InitiatedAt };

    /// <summary>Where its parts wait.</summary>
    public MultipartStaging Staging { get; init; }

    /// <summary>The revision of the blob that holds this, which changes with what it says.</summary>
    public string Revision { get; init; } = "";

    /// <summary>
    /// What was at the destination when a completion began to publish, of which it is not known how it ended; otherwise
    /// <see langword="null"/>.
    /// </summary>
    public DestinationMark? Publishing { get; init; }

    /// <summary>The empty part that was committed last: no block of the blob stands for it any more.</summary>
    public BlockId? EmptyPart { get; init; }

    /// <summary>
    /// The parts that this process knows to have been staged: one of them that is not there was discarded by another write.
    /// </summary>
    public StagedNumbers Staged { get; } = new();
}
