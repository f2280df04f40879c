namespace BleepStore.Storage;

/// <summary>Which objects are files, and for how long their properties are remembered. Immutable and thread-safe.</summary>
public sealed record ObjectFileProviderOptions
{
    internal static ObjectFileProviderOptions Default { get; } = new();

    /// <summary>What the keys of the files begin with, such as <c>site/</c>. Default: empty, all keys.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>
    /// How long the properties of an object are remembered, also that there is none. Zero or more. A change shows after this time. Default:
    /// 30 seconds.
    /// </summary>
    public TimeSpan CacheDuration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of how many keys the properties are remembered. 1 or more. Default: 1,000.</summary>
    public int CacheSize { get; init; } = 1000;
}
