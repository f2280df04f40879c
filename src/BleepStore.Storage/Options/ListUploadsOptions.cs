namespace BleepStore.Storage;

/// <summary>Which multipart uploads to list. Immutable and thread-safe.</summary>
public sealed record ListUploadsOptions
{
    /// <summary>Only uploads to keys that begin with this. Default: empty, all.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>
    /// Only uploads to keys that sort after this one (UTF-8 bytes); with <see cref="StartAfterUploadId"/>, also the rest of this key's.
    /// Default: from the beginning.
    /// </summary>
    public string? StartAfterKey { get; init; }

    /// <summary>
    /// With <see cref="StartAfterKey"/>: of that key, the uploads that are listed after this one. An id without a key is
    /// <see cref="ArgumentException"/>. Give the id of an upload of that key, because some services refuse another. Default: none of that
    /// key's.
    /// </summary>
    public string? StartAfterUploadId { get; init; }

    /// <summary>How many uploads are asked for at a time: 1 to 1,000. Default: 1,000.</summary>
    public int PageSize { get; init; } = 1000;
}
