using BleepStore.Storage.Azure.Wire;

namespace BleepStore.Storage.Azure.Uploads;

/// <summary>The record of a caller's multipart upload until it ends, by which any process can list, complete and abort it.</summary>
/// <param name="Key">The key of the future object.</param>
/// <param name="UploadId">The upload's id, which is also the object's write token.</param>
/// <param name="Attributes">The attributes of the future object.</param>
/// <param name="InitiatedAt">When the upload began (UTC).</param>
internal sealed record UploadRecord(string Key, string UploadId, ObjectAttributes Attributes, DateTimeOffset InitiatedAt)
{
    /// <summary>The upload as listings show it.</summary>
    public MultipartUploadInfo Info => new() { Key = Key, UploadId = UploadId, InitiatedAt = InitiatedAt };

    /// <summary>Where its parts wait.</summary>
    public MultipartStaging Staging { get; init; }

    /// <summary>The revision of the record's blob, which changes with its content.</summary>
    public string Revision { get; init; } = "";

    /// <summary>
    /// The object at the destination when a completion with an unknown end began to publish. Otherwise <see langword="null"/>.
    /// </summary>
    public DestinationMark? Publishing { get; init; }

    /// <summary>The empty part that was committed last. No block of the blob stands for it any more.</summary>
    public BlockId? EmptyPart { get; init; }

    /// <summary>The parts that this process knows to be staged. If one of them is missing, another write has discarded it.</summary>
    public StagedNumbers Staged { get; } = new();
}
