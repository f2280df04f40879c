using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using BleepStore.Storage.Checks;

namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>
/// Spells buckets and keys as names of a service, and reads the names back. The base for backends that store all buckets in one shared
/// container, or each bucket in its own container. Thread-safe.
/// </summary>
/// <remarks>
/// The name of an object is <c>{prefix}{bucket}/{key}</c> in the shared container, and <c>{prefix}{key}</c> in the container of its bucket.
/// The objects of the backend itself have names under <c>{prefix}.bleepstore/</c>. Where buckets have containers of their own, users' keys
/// and internal names share a root. So the rules of such a backend reserve <see cref="Internal"/>
/// (<see cref="KeyCodecRules.ReservedPrefixes"/>).
/// </remarks>
public abstract class UpstreamNames
{
    /// <summary>The folder of the objects of the backend itself, with its slash.</summary>
    public const string Internal = ".bleepstore/";

    private const int MaxBucketLength = 63;
    private const int MaxPrefixLength = 60;

    private static readonly SearchValues<char> PrefixCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./");

    private readonly string _prefix;
    private readonly int _maxLength;
    private readonly KeyCodec _codec;

    /// <summary>Creates the names of a store.</summary>
    /// <param name="prefix">The beginning of all names. It is empty or has no <see cref="PrefixFault"/>.</param>
    /// <param name="isShared">Whether all buckets share a container.</param>
    /// <param name="maxLength">The longest name that the service accepts, as measured by <see cref="Measure"/>.</param>
    /// <param name="rules">The limits of the service's names.</param>
    protected UpstreamNames(string prefix, bool isShared, int maxLength, KeyCodecRules rules)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        _prefix = prefix;
        _maxLength = maxLength;
        _codec = new KeyCodec(rules);
        IsShared = isShared;
    }

    /// <summary>Whether all buckets share a container.</summary>
    public bool IsShared { get; }

    /// <summary>
    /// The longest key in bytes that the service accepts when no character is escaped, in the bucket with the longest name.
    /// </summary>
    public int MaxKeyBytes => _maxLength - _prefix.Length - (IsShared ? MaxBucketLength + 1 : 0);

    /// <summary>The beginning of all internal names.</summary>
    public string InternalRoot => _prefix + Internal;

    /// <summary>The beginning of the names of the markers of all buckets, in the shared container.</summary>
    public string BucketMarkers => $"{InternalRoot}buckets/";

    /// <summary>Returns the fault of a name prefix.</summary>
    /// <param name="prefix">Any text.</param>
    /// <returns>The end of a sentence that begins with the name of an option. <see langword="null"/> when the prefix is valid.</returns>
    public static string? PrefixFault(string? prefix) => prefix switch
    {
        null => "is null. Leave it empty for none",
        "" => null,
        { Length: > MaxPrefixLength } => $"has {prefix.Length} characters, but at most {MaxPrefixLength} leave space for keys",
        _ when prefix.AsSpan().ContainsAnyExcept(PrefixCharacters) => "must have only letters, digits, '-', '_', '.' and '/'",
        _ when prefix[^1] != '/' => "must end with a slash",
        _ when prefix.Split('/')[..^1].Any(static segment => segment.Length == 0 || segment[^1] == '.' || segment == Internal[..^1]) =>
            $"has a segment that is empty, ends with a dot or is '{Internal[..^1]}'",
        _ => null,
    };

    /// <summary>Returns the beginning of the names of all objects in a bucket.</summary>
    /// <param name="bucket">The bucket.</param>
    public string Root(string bucket) => IsShared ? $"{_prefix}{bucket}/" : _prefix;

    /// <summary>Returns the name of an object.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.InvalidKey"/> when the name is longer than the service accepts.
    /// </exception>
    public string ObjectName(string bucket, string key)
    {
        string name = IsShared ? string.Concat(_prefix, bucket, "/", Encode(key)) : _prefix + Encode(key);
        int length = Measure(name);
        return length <= _maxLength
            ? name
            : throw new StorageException(
                StorageErrorCode.InvalidKey,
                $"The key's name in the service has the length {length}, but at most {_maxLength} is allowed. "
                + "A character that the service cannot store takes four characters for each of its bytes. Use a shorter key.");
    }

    /// <summary>Returns the name of an object for a presigned URL.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.InvalidKey"/> when the name is longer than the service accepts, or has a segment <c>.</c> or <c>..</c>.
    /// Browsers resolve such segments before they send a request.
    /// </exception>
    public string LinkedName(string bucket, string key)
    {
        string name = ObjectName(bucket, key);
        PresignRules.CheckPath(name);
        return name;
    }

    /// <summary>
    /// Returns the beginning of names for a form whose sender chooses the rest. It is exact, unlike <see cref="ObjectPrefix"/>, which can
    /// be shorter than the prefix.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">The beginning of the keys. It can be empty.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NotSupported"/> when the sender could write objects of this library.
    /// <see cref="StorageErrorCode.InvalidKey"/> when the name is longer than the service accepts.
    /// </exception>
    public string FormPrefix(string bucket, string prefix)
    {
        // The characters after the beginning do not change its spelling.
        string name = ObjectName(bucket, prefix + "x")[..^1];
        return InternalRoot.StartsWith(name, StringComparison.Ordinal)
            ? throw new StorageException(
                StorageErrorCode.NotSupported,
                $"A form with this beginning of the key could write this library's internal objects, under {Internal}. "
                + "Use a longer beginning, such as a folder.")
            : name;
    }

    /// <summary>Returns a beginning of the names of all objects whose keys begin with a prefix.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">The beginning of the keys.</param>
    public string ObjectPrefix(string bucket, string prefix) => Root(bucket) + EncodePrefix(prefix);

    /// <summary>Reads a key back. It rejects internal names and names that no key maps to.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="name">The name.</param>
    /// <param name="key">The key.</param>
    /// <returns>Whether a key of the bucket has the name.</returns>
    public bool TryReadKey(string bucket, string name, [NotNullWhen(true)] out string? key)
    {
        ArgumentNullException.ThrowIfNull(name);
        key = null;
        string root = Root(bucket);
        return name.Length > root.Length && name.StartsWith(root, StringComparison.Ordinal) && TryDecode(name[root.Length..], out key);
    }

    /// <summary>Reads back the beginning of all keys whose names begin with a prefix.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">The beginning of the names, as the service rolls names up. It ends with the delimiter.</param>
    /// <param name="keys">The beginning of the keys.</param>
    /// <returns>Whether keys of the bucket have such names.</returns>
    public bool TryReadPrefix(string bucket, string prefix, [NotNullWhen(true)] out string? keys)
    {
        // Some character always follows, and it does not change the spelling of the beginning.
        bool read = TryReadKey(bucket, prefix + "x", out keys);
        keys = keys?[..^1];
        return read;
    }

    /// <summary>Returns the name of the marker of a bucket, in the shared container.</summary>
    /// <param name="bucket">The bucket.</param>
    public string BucketMarker(string bucket) => BucketMarkers + bucket;

    /// <summary>Returns the name of an object by which a check tries the credential.</summary>
    /// <param name="id">A new id.</param>
    public string Probe(Guid id) => $"{InternalRoot}probe/{id:N}";

    /// <summary>Returns the beginning of internal names of one bucket.</summary>
    /// <param name="folder">The kind of the internal objects.</param>
    /// <param name="bucket">The bucket.</param>
    protected string InternalFolder(string folder, string bucket) =>
        IsShared ? $"{InternalRoot}{folder}/{bucket}/" : $"{InternalRoot}{folder}/";

    /// <summary>Measures a name in the unit of the service's limit. The default is UTF-8 bytes.</summary>
    /// <param name="name">The name.</param>
    protected virtual int Measure(string name) => Encoding.UTF8.GetByteCount(name);

    /// <summary>Spells a key. By default it follows the rules of the service.</summary>
    /// <param name="key">The key.</param>
    protected virtual string Encode(string key) => _codec.Encode(key);

    /// <summary>Spells the beginning of keys. By default it follows the rules of the service.</summary>
    /// <param name="prefix">The beginning of the keys.</param>
    protected virtual string EncodePrefix(string prefix) => _codec.EncodePrefix(prefix);

    /// <summary>Reads a key back. By default it follows the rules of the service.</summary>
    /// <param name="name">The name, without the root.</param>
    /// <param name="key">The key.</param>
    /// <returns>Whether a key has the name.</returns>
    protected virtual bool TryDecode(string name, [NotNullWhen(true)] out string? key) => _codec.TryDecode(name, out key);
}
