namespace BleepStore.Storage.Transfers;

/// <summary>The facts that must be the same when an upload is resumed.</summary>
internal sealed record UploadIdentity
{
    /// <summary>The place of the object upstream, because another store can have a bucket of the same name.</summary>
    public required string Place { get; init; }

    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>The attributes of the object to come.</summary>
    public required MultipartOptions Attributes { get; init; }

    /// <summary>How many bytes are uploaded.</summary>
    public required long Size { get; init; }

    /// <summary>When the file was last written.</summary>
    public required DateTime Written { get; init; }

    /// <summary>The size of the first parts, in bytes.</summary>
    public required long PartSize { get; init; }

    /// <summary>The id of the multipart upload.</summary>
    public string UploadId { get; init; } = "";
}
