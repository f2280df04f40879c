using System.Text;
using BleepStore.Storage.AspNetCore.Files;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace BleepStore.Storage;

/// <summary>
/// Provides a bucket to code that needs an <see cref="IFileProvider"/>, such as the static files of ASP.NET Core. To serve objects over
/// HTTP, <c>MapObjects</c> is better, because it blocks no thread. Thread-safe.
/// </summary>
/// <remarks>
/// The interface is synchronous. So a thread waits for the store when the properties of an object are not cached, when a folder is listed,
/// and when a stream is opened. The streams are seekable and deliver the object whose properties the file has. When the object was replaced
/// since, opening fails with <see cref="StorageErrorCode.PreconditionFailed"/>. The next file has the new properties.
/// </remarks>
public sealed class ObjectStoreFileProvider : IFileProvider
{
    /// <summary>UTF-8 bytes.</summary>
    private const int LongestKey = 1024;

    private const char Slash = '/';

    private readonly Bucket _bucket;
    private readonly string _prefix;
    private readonly PropertyCache _cache;

    /// <summary>Creates a provider.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="options">
    /// The prefix of the files, and the cache of their properties. By default all options have their defaults.
    /// </param>
    /// <param name="timeProvider">The clock. The default is the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public ObjectStoreFileProvider(Bucket bucket, ObjectFileProviderOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        options ??= ObjectFileProviderOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CacheDuration, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CacheSize, 1, nameof(options));
        _bucket = bucket;
        _prefix = options.Prefix;
        _cache = new PropertyCache(bucket, options.CacheSize, options.CacheDuration, timeProvider ?? TimeProvider.System);
    }

    /// <summary>Returns an object as a file. A thread waits for the store where the properties are not remembered.</summary>
    /// <param name="subpath">The key without the prefix. A leading slash does not matter.</param>
    /// <exception cref="StorageException">The store cannot be read. A missing object is a file that does not exist.</exception>
    public IFileInfo GetFileInfo(string subpath)
    {
        ArgumentNullException.ThrowIfNull(subpath);
        string path = subpath.TrimStart(Slash);
        if (!IsPath(path) || path.EndsWith(Slash))
        {
            return new NotFoundFileInfo(path);
        }

        string key = _prefix + path;
        return Blocking.Wait(_cache.GetAsync(key)) is { } found
            ? new ObjectFileInfo(_bucket, _cache, key, found.Size, found.LastModified, found.Revision)
            : new NotFoundFileInfo(path);
    }

    /// <summary>
    /// Lists the keys of a folder up to the next slash. A thread waits for the listing, which is completely held in memory.
    /// </summary>
    /// <param name="subpath">The folder without the prefix. Slashes at its ends are ignored.</param>
    /// <exception cref="StorageException">The store cannot be read. A folder without keys does not exist, apart from the root.</exception>
    public IDirectoryContents GetDirectoryContents(string subpath)
    {
        ArgumentNullException.ThrowIfNull(subpath);
        string path = subpath.Trim(Slash);
        if (path.Length > 0 && !IsPath(path))
        {
            return NotFoundDirectoryContents.Singleton;
        }

        List<IFileInfo> entries = Blocking.Wait(ListAsync(path.Length == 0 ? _prefix : $"{_prefix}{path}{Slash}"));
        return entries.Count == 0 && path.Length > 0 ? NotFoundDirectoryContents.Singleton : new ObjectDirectoryContents(entries);
    }

    /// <summary>Returns a token that never changes, because stores do not tell of changes.</summary>
    /// <param name="filter">Not looked at.</param>
    public IChangeToken Watch(string filter) => NullChangeToken.Singleton;

    /// <summary>
    /// A path is resolved before it comes here. One that is not asks for a file elsewhere. One that is longer than any key is no file.
    /// </summary>
    private static bool IsPath(string path) =>
        path.Length > 0
            && Encoding.UTF8.GetByteCount(path) <= LongestKey
            && !path.Split(Slash).Any(static segment => segment is "." or "..");

    private async Task<List<IFileInfo>> ListAsync(string prefix)
    {
        var entries = new List<IFileInfo>();
        var query = new ListOptions { Prefix = prefix, Delimiter = "/" };
        await foreach (ListEntry entry in _bucket.ListAsync(query, CancellationToken.None).ConfigureAwait(false))
        {
            // The key of a folder itself, and keys with two slashes in a row, have no name that is valid in a path.
            string name = entry.Key[prefix.Length..].TrimEnd(Slash);
            if (name.Length > 0)
            {
                entries.Add(entry.IsCommonPrefix
                    ? new ObjectFolderInfo(name)
                    : new ObjectFileInfo(_bucket, _cache, entry.Key, entry.Size, entry.LastModified, entry.Revision));
            }
        }

        return entries;
    }
}
