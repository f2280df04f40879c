namespace BleepStore.Storage.Backends;

/// <summary>One page of the uploads under way.</summary>
public sealed record ListUploadsRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>Only uploads to keys that begin with this. Default: all.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Only uploads to keys after this one (UTF-8 bytes). Default: all.</summary>
    public string? StartAfterKey { get; init; }

    /// <summary>With <see cref="StartAfterKey"/>: also that key's uploads after this one (ordinal). Default: none of them.</summary>
    public string? StartAfterUploadId { get; init; }

    /// <summary>At most this many: 1 to 1,000.</summary>
    public int PageSize { get; init; } = 1000;
}
