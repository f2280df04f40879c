namespace BleepStore.Storage.Azure;

/// <summary>What is kept of a caller's multipart upload until it ends, so that any process can list, complete and abort it.</summary>
/// <param name="Key">The key of the object to come.</param>
/// <param name="UploadId">The upload's id, which is also the object's write token.</param>
/// <param name="Attributes">The attributes of the object to come.</param>
/// <param name="InitiatedAt">When the upload began (UTC).</param>
internal sealed record UploadRecord(string Key, string UploadId, ObjectAttributes Attributes, DateTimeOffset InitiatedAt)
{
    /// <summary>The parts that this process knows to have been staged: one of them that is not there was discarded by another write.</summary>
    public StagedNumbers Staged { get; } = new();
}
