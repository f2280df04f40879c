namespace BleepStore.Storage.Backends;

/// <summary>One page of the uploads under way.</summary>
public sealed record ListUploadsRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>Only uploads to keys that begin with this. The default is all.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Only uploads to keys after this one (UTF-8 bytes). The default is all.</summary>
    public string? StartAfterKey { get; init; }

    /// <summary>
    /// With <see cref="StartAfterKey"/>, also lists that key's uploads after this one (ordinal). The default is none of them.
    /// </summary>
    public string? StartAfterUploadId { get; init; }

    /// <summary>At most this many, from 1 to 1,000.</summary>
    public int PageSize { get; init; } = 1000;
}
