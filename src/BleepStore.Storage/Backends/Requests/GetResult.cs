namespace BleepStore.Storage.Backends;

/// <summary>An opened object.</summary>
public sealed record GetResult
{
    /// <summary>The properties of the whole object.</summary>
    public required ObjectProperties Properties { get; init; }

    /// <summary>The range of bytes that the body delivers, as reported by the upstream.</summary>
    public required ContentRange Range { get; init; }

    /// <summary>The body, forward only. The receiver of the result disposes it.</summary>
    public required Stream Content { get; init; }

    /// <summary>
    /// Whether the ETag is known not to be an MD5 although it looks like one, as under SSE-KMS. It is then never compared with bytes. The
    /// default is <see langword="false"/>.
    /// </summary>
    public bool HasOpaqueETag { get; init; }
}
