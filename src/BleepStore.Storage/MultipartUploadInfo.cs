namespace BleepStore.Storage;

/// <summary>A multipart upload that is neither completed nor aborted.</summary>
/// <param name="Key">The key it is for.</param>
/// <param name="UploadId">Its id, opaque.</param>
/// <param name="InitiatedAt">When it was begun (UTC).</param>
public sealed record MultipartUploadInfo(string Key, string UploadId, DateTimeOffset InitiatedAt);
