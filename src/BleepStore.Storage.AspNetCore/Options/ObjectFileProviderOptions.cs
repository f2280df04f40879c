namespace BleepStore.Storage;

/// <summary>
/// The options of a file provider, which are the prefix of its files and the cache of their properties. Immutable and thread-safe.
/// </summary>
public sealed record ObjectFileProviderOptions
{
    internal static ObjectFileProviderOptions Default { get; } = new();

    /// <summary>The prefix of the keys of the files, such as <c>site/</c>. The default is empty, which means all keys.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>
    /// How long the properties of an object are cached, including the fact that it does not exist. Zero or more. A change becomes visible
    /// after this time. The default is 30 seconds.
    /// </summary>
    public TimeSpan CacheDuration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The number of keys whose properties are cached. 1 or more. The default is 1,000.</summary>
    public int CacheSize { get; init; } = 1000;
}
