namespace BleepStore.Storage.Backends;

/// <summary>One object to read.</summary>
public sealed record GetRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>Which bytes; never of length 0. Default: all.</summary>
    public ByteRange? Range { get; init; }

    /// <summary>Only this revision; another is <see cref="StorageErrorCode.PreconditionFailed"/>. Default: any.</summary>
    public string? IfRevision { get; init; }

    /// <summary>
    /// The caller's conditions. The core evaluates them on the properties that come back; a backend may hand them on so that no body is
    /// sent in vain.
    /// </summary>
    public ReadConditions Conditions { get; init; }

    /// <summary>
    /// Whether the body of an earlier request broke off, and this one asks for the rest. A decorator that refuses ranges must not refuse
    /// this one.
    /// </summary>
    internal bool IsResumption { get; init; }
}
