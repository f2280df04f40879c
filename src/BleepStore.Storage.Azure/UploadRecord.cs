namespace BleepStore.Storage.Azure;

/// <summary>What is kept of a caller's multipart upload until it ends, so that any process can list, complete and abort it.</summary>
/// <param name="Key">The key of the object to come.</param>
/// <param name="UploadId">The upload's id, which is also the object's write token.</param>
/// <param name="Attributes">The attributes of the object to come.</param>
/// <param name="InitiatedAt">When the upload began (UTC).</param>
internal sealed record UploadRecord(string Key, string UploadId, ObjectAttributes Attributes, DateTimeOffset InitiatedAt)
{
    /// <summary>Whether this process knows that parts were staged.</summary>
    public bool HasParts { get; init; }
}
