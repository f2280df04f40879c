namespace BleepStore.Storage.Backends;

/// <summary>One page of the uploads under way.</summary>
public sealed record ListUploadsResult
{
    /// <summary>The uploads, by key, then by id.</summary>
    public required IReadOnlyList<MultipartUploadInfo> Uploads { get; init; }

    /// <summary>Whether there are more after the last of these.</summary>
    public bool IsTruncated { get; init; }
}
