namespace BleepStore.Storage.Gcp.TestServer.State;

/// <summary>The settings of an object that a client can choose ("Objects", Resource representations).</summary>
internal sealed record ObjectSettings
{
    public string? ContentType { get; init; }

    public string? ContentEncoding { get; init; }

    public string? ContentLanguage { get; init; }

    public string? ContentDisposition { get; init; }

    public string? CacheControl { get; init; }

    public string? CustomTime { get; init; }

    public string? StorageClass { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
