namespace BleepStore.Storage.Backends;

/// <summary>One object to read.</summary>
public sealed record GetRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>The bytes to read. The range never has length 0. The default is all.</summary>
    public ByteRange? Range { get; init; }

    /// <summary>
    /// The revision to read. Another revision fails with <see cref="StorageErrorCode.PreconditionFailed"/>. The default is any.
    /// </summary>
    public string? IfRevision { get; init; }

    /// <summary>
    /// The caller's conditions. The core evaluates them on the returned properties. A backend may also send them to the upstream, which
    /// saves sending an unneeded body.
    /// </summary>
    public ReadConditions Conditions { get; init; }

    /// <summary>
    /// Whether the body of an earlier request broke off, and this one asks for the rest. A decorator that refuses ranges must not refuse
    /// this one.
    /// </summary>
    internal bool IsResumption { get; init; }
}
