namespace BleepStore.Storage.Local.Records;

/// <summary>What the store keeps about an object beside its bytes.</summary>
internal sealed record ObjectRecord
{
    /// <summary>The size that the file had when the record was made, in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>When the file's bytes were last changed by then, in nanoseconds since 1970.</summary>
    public required long Modified { get; init; }

    /// <summary>
    /// The file that the record was made for (<see cref="FileIdentity"/>). 0 in the records of older versions, which did not keep it.
    /// </summary>
    public ulong File { get; init; }

    /// <summary>Whether the file's bytes were found to be others than those of the ETag. The record is kept as evidence, and not believed.</summary>
    public bool IsRefuted { get; init; }

    /// <summary>
    /// Random, new at every write. It is the heart of the object's revision: inode numbers are used again, and the time of the last change
    /// moves when a file gets another link, as it does when its name becomes a folder's, though the object is the same.
    /// </summary>
    public required string WriteId { get; init; }

    /// <summary>The ETag.</summary>
    public required string ETag { get; init; }

    /// <summary>The parts that a composite ETag was computed from, where they are known.</summary>
    public PartSizes? Parts { get; init; }

    /// <summary>The token of the write, if it carried one.</summary>
    public string? WriteToken { get; init; }

    /// <summary>The attributes.</summary>
    public required ObjectAttributes Attributes { get; init; }
}
