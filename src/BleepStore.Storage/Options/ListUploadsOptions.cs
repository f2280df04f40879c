namespace BleepStore.Storage;

/// <summary>The query of a listing of multipart uploads. Immutable and thread-safe.</summary>
public sealed record ListUploadsOptions
{
    /// <summary>Only uploads to keys that begin with this text are listed. The default is empty, which lists all.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>
    /// Only uploads to keys that sort after this one are listed (UTF-8 bytes). With <see cref="StartAfterUploadId"/>, the remaining uploads
    /// of this key are listed too. The default is the beginning.
    /// </summary>
    public string? StartAfterKey { get; init; }

    /// <summary>
    /// With <see cref="StartAfterKey"/>, the uploads of that key are listed that follow this one. An id without a key is
    /// <see cref="ArgumentException"/>. Use the id of an upload of that key, because some services refuse another. The default is none of
    /// that key's uploads.
    /// </summary>
    public string? StartAfterUploadId { get; init; }

    /// <summary>How many uploads one request asks for, from 1 to 1,000. The default is 1,000.</summary>
    public int PageSize { get; init; } = 1000;
}
