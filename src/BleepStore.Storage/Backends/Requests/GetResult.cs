namespace BleepStore.Storage.Backends;

/// <summary>An opened object.</summary>
public sealed record GetResult
{
    /// <summary>The properties of the whole object.</summary>
    public required ObjectProperties Properties { get; init; }

    /// <summary>Which bytes the body delivers, as the upstream says.</summary>
    public required ContentRange Range { get; init; }

    /// <summary>The body, forward only. Whoever receives the result disposes it.</summary>
    public required Stream Content { get; init; }

    /// <summary>
    /// Whether the ETag is known to be no MD5 although it can look like one, as under SSE-KMS. Nobody compares bytes with it then. Default:
    /// <see langword="false"/>.
    /// </summary>
    public bool HasOpaqueETag { get; init; }
}
