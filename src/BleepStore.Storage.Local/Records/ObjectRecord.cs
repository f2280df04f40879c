namespace BleepStore.Storage.Local.Records;

/// <summary>The data that the store keeps about an object beside its bytes.</summary>
internal sealed record ObjectRecord
{
    /// <summary>The size that the file had when the record was made, in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The file's time of modification when the record was made, in nanoseconds since 1970.</summary>
    public required long Modified { get; init; }

    /// <summary>
    /// The file that the record was made for (<see cref="FileIdentity"/>). 0 in the records of older versions, which did not store it.
    /// </summary>
    public ulong File { get; init; }

    /// <summary>
    /// Whether the file's bytes were found to disagree with the ETag. The record is kept as evidence, but it is not believed.
    /// </summary>
    public bool IsRefuted { get; init; }

    /// <summary>
    /// The random id of the write. It is the main part of the object's revision, because inode numbers are reused. The time of the last
    /// change would not do. It changes when the file gets another link, as it does when the object becomes a folder, although the object is
    /// the same.
    /// </summary>
    public required string WriteId { get; init; }

    /// <summary>The ETag.</summary>
    public required string ETag { get; init; }

    /// <summary>The parts that the composite ETag was computed from, if they are known.</summary>
    public PartSizes? Parts { get; init; }

    /// <summary>The token of the write, if it carried one.</summary>
    public string? WriteToken { get; init; }

    /// <summary>The attributes.</summary>
    public required ObjectAttributes Attributes { get; init; }
}
