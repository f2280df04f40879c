using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>
/// How buckets and keys are spelled upstream, and read back. An object is <c>{prefix}{bucket}/{key}</c> in the shared bucket or
/// <c>{prefix}{key}</c> in a bucket of its own; what this library keeps to itself is under <c>{prefix}.bleepstore/</c>.
/// </summary>
/// <remarks>Source: "Objects" (Object naming guidelines) and "Buckets" (Bucket naming guidelines), Cloud Storage documentation.</remarks>
internal sealed class GcpNames
{
    /// <summary>UTF-8 bytes.</summary>
    public const int MaxNameBytes = 1024;

    private const int MaxBucketLength = 63;
    private const int MaxPrefixLength = 60;
    private const string Internal = ".bleepstore/";
    private const string Acme = ".well-known/acme-challenge/";

    private static readonly SearchValues<char> BucketCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");
    private static readonly SearchValues<char> PrefixCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./");

    /// <summary>What can be part of an escape, or is escaped itself: the service must not roll up at it.</summary>
    private static readonly SearchValues<char> EscapeCharacters = SearchValues.Create("~=0123456789abcdef\r\n");

    private readonly string _prefix;
    private readonly bool _shared;
    private readonly KeyCodec _codec;

    public GcpNames(string prefix, GcpBucketMapping mapping)
    {
        _prefix = prefix;
        _shared = mapping == GcpBucketMapping.SharedContainer;

        // Where buckets have buckets of their own upstream, users' keys and internal names share a root; and a name that is nothing but a
        // dot or two, or begins with .well-known/acme-challenge/, is refused by the service.
        bool isRoot = !_shared && prefix.Length == 0;
        _codec = new KeyCodec(new KeyCodecRules
        {
            MustEscape = static character => character.Value is '\r' or '\n',
            ReservedPrefixes = _shared ? [] : isRoot ? [Internal, Acme] : [Internal],
            Dots = isRoot ? DotRule.NotAsNames : DotRule.Anywhere,
        });
    }

    /// <summary>What is left of a name for the key, were all buckets' names as long as can be.</summary>
    public int MaxKeyBytes => MaxNameBytes - _prefix.Length - (_shared ? MaxBucketLength + 1 : 0);

    /// <summary>What the names of all that is internal begin with.</summary>
    public string InternalRoot => _prefix + Internal;

    /// <summary>What the markers of all buckets begin with, in the shared bucket.</summary>
    public string BucketMarkers => $"{InternalRoot}buckets/";

    /// <summary>Whether the service can roll up at a delimiter: what is no part of an escape.</summary>
    public static bool CanRollUp(string delimiter) => !delimiter.AsSpan().ContainsAny(EscapeCharacters);

    public static bool IsBucket(string name) =>
        name.Length is >= 3 and <= 222
        && !name.AsSpan().ContainsAnyExcept(BucketCharacters)
        && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1])
        && name.Split('.').All(static part => part.Length is >= 1 and <= MaxBucketLength);

    /// <summary>Whether the service takes a bucket's name, which has kept the contract's rules, for a bucket of its own.</summary>
    public static bool IsOwnBucket(string name) =>
        IsBucket(name)
        && !name.StartsWith("goog", StringComparison.Ordinal)
        && !name.Contains("google", StringComparison.Ordinal)
        && !name.Contains("g00gle", StringComparison.Ordinal);

    public static string? PrefixFault(string? prefix) => prefix switch
    {
        null => "is null; leave it empty for none",
        "" => null,
        { Length: > MaxPrefixLength } => $"has {prefix.Length} characters; at most {MaxPrefixLength} leave room for keys",
        _ when prefix.AsSpan().ContainsAnyExcept(PrefixCharacters) => "holds something else than letters, digits, '-', '_', '.' and '/'",
        _ when prefix[^1] != '/' => "must end with a slash",
        _ when prefix.Split('/')[..^1].Any(static segment => segment.Length == 0 || segment[^1] == '.' || segment == Internal[..^1]) || prefix.StartsWith(Acme, StringComparison.Ordinal) =>
            $"has a segment that is empty, ends with a dot or is '{Internal[..^1]}', or begins with {Acme}",
        _ => null,
    };

    /// <summary>What the names of a bucket's objects begin with.</summary>
    public string Root(string bucket) => _shared ? $"{_prefix}{bucket}/" : _prefix;

    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidKey"/>: the name would be too long.</exception>
    public string Object(string bucket, string key)
    {
        string name = Root(bucket) + _codec.Encode(key);
        int bytes = Encoding.UTF8.GetByteCount(name);
        return bytes <= MaxNameBytes
            ? name
            : throw new StorageException(StorageErrorCode.InvalidKey, $"The key is spelled with {bytes} bytes upstream, where names have at most {MaxNameBytes}: a line break takes four.");
    }

    /// <summary>What the names of all objects whose keys begin with <paramref name="prefix"/> begin with.</summary>
    public string ObjectPrefix(string bucket, string prefix) => Root(bucket) + _codec.EncodePrefix(prefix);

    /// <summary>
    /// From where to list for keys after another: escapes move names up, so that the beginning which key and name have in common is safe.
    /// </summary>
    public string StartOffset(string bucket, string startAfter)
    {
        string plain = Root(bucket) + startAfter;
        string name = Root(bucket) + _codec.Encode(startAfter);
        int common = plain.AsSpan().CommonPrefixLength(name);
        return plain[..(common > 0 && char.IsHighSurrogate(plain[common - 1]) ? common - 1 : common)];
    }

    /// <summary>Reads a key back; not for what is internal, nor for a name that no key maps to.</summary>
    public bool TryReadKey(string bucket, string name, [NotNullWhen(true)] out string? key)
    {
        key = null;
        string root = Root(bucket);
        return name.Length > root.Length && name.StartsWith(root, StringComparison.Ordinal) && _codec.TryDecode(name[root.Length..], out key);
    }

    /// <summary>Reads back what all keys under a prefix of names begin with.</summary>
    public bool TryReadPrefix(string bucket, string prefix, [NotNullWhen(true)] out string? keys)
    {
        // Something always follows, and what it is does not change how the beginning is spelled.
        bool read = TryReadKey(bucket, prefix + "x", out keys);
        keys = keys?[..^1];
        return read;
    }

    public string BucketMarker(string bucket) => BucketMarkers + bucket;

    /// <summary>What the names of all upload records of a bucket begin with.</summary>
    public string UploadRecords(string bucket) => _shared ? $"{InternalRoot}records/{bucket}/" : $"{InternalRoot}records/";

    /// <summary>What the names of all that uploads to a bucket keep begin with.</summary>
    public string Uploads(string bucket) => _shared ? $"{InternalRoot}uploads/{bucket}/" : $"{InternalRoot}uploads/";

    public string Upload(string bucket, string uploadId) => $"{Uploads(bucket)}{uploadId}/";

    public string Parts(string bucket, string uploadId) => $"{Upload(bucket, uploadId)}parts/";

    public string Part(string bucket, string uploadId, int number) => string.Create(CultureInfo.InvariantCulture, $"{Parts(bucket, uploadId)}{number:D5}");

    public string Joins(string bucket, string uploadId, string completion) => $"{Upload(bucket, uploadId)}joins/{completion}/";

    public string Join(string bucket, string uploadId, string completion, int level, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{Joins(bucket, uploadId, completion)}{level}-{index:D3}");

    public string Probe(Guid id) => $"{InternalRoot}probe/{id:N}";
}
