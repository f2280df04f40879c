using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using Amazon.S3;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>
/// How buckets and keys are spelled upstream, and read back. An object is <c>{prefix}{bucket}/{key}</c> in the shared bucket or
/// <c>{prefix}{key}</c> in the bucket's own; what this library keeps to itself is under <c>{prefix}.bleepstore/</c>.
/// </summary>
internal sealed class AwsNames
{
    /// <summary>"Naming Amazon S3 objects", Amazon S3 User Guide: at most 1,024 bytes.</summary>
    private const int MaxNameBytes = 1024;

    private const int MaxBucketLength = 63;
    private const int MaxPrefixLength = 60;
    private const string Internal = ".bleepstore/";
    private const string EscapedSlash = KeyCodec.Lead + "2f";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly SearchValues<char> UpstreamBucketCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/");
    private static readonly SearchValues<char> PrefixCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./");

    /// <summary>What a delimiter must not hold to be left to the server: what stands in escapes, and what is shielded.</summary>
    private static readonly SearchValues<char> InEscapes = SearchValues.Create("~=0123456789abcdef.");

    private readonly string _prefix;
    private readonly bool _shared;
    private readonly KeyCodec _codec;

    public AwsNames(string prefix, AwsBucketMapping mapping)
    {
        _prefix = prefix;
        _shared = mapping == AwsBucketMapping.SharedContainer;

        // S3 refuses what climbs out of its root (../x), other servers every . and .. segment; clients and proxies resolve them. Shielding
        // these two leaves the beginnings of names as they are, so that keys that begin alike stay together in a listing. Any other segment
        // that ends in a dot S3 holds as it is, and other tools write it so. Where buckets have upstream buckets of their own, users' keys
        // and internal names share a root.
        _codec = new KeyCodec(new KeyCodecRules { MustEscape = MustEscape, Dots = DotRule.NotAsSegments, ReservedPrefixes = _shared ? [] : [Internal] });
    }

    /// <summary>What is left of a name for the key, were all buckets' names as long as can be.</summary>
    public int MaxKeyBytes => MaxNameBytes - _prefix.Length - (_shared ? MaxBucketLength + 1 : 0);

    /// <summary>What the markers of all buckets begin with, in the shared bucket.</summary>
    public string BucketMarkers => $"{_prefix}{Internal}buckets/";

    /// <summary>What the names of all that is internal begin with.</summary>
    public string InternalRoot => _prefix + Internal;

    /// <summary>Old buckets have names that new ones cannot have, and access points have ARNs: the service judges.</summary>
    public static bool IsUpstreamBucket(string name) =>
        name.Length is >= 3 and <= 255 && !name.AsSpan().ContainsAnyExcept(UpstreamBucketCharacters);

    public static string? PrefixFault(string? prefix) => prefix switch
    {
        null => "is null; leave it empty for none",
        "" => null,
        { Length: > MaxPrefixLength } => $"has {prefix.Length} characters; at most {MaxPrefixLength} leave room for keys",
        _ when prefix.AsSpan().ContainsAnyExcept(PrefixCharacters) => "holds something else than letters, digits, '-', '_', '.' and '/'",
        _ when prefix[^1] != '/' => "must end with a slash",
        _ when prefix.Split('/')[..^1].Any(static segment => segment.Length == 0 || segment[^1] == '.' || segment == Internal[..^1]) =>
            $"has a segment that is empty, ends with a dot or is '{Internal[..^1]}'",
        _ => null,
    };

    /// <summary>Reads a name as listings with <c>encoding-type=url</c> spell it.</summary>
    /// <returns><see langword="null"/> for one that is no UTF-8, which no key can be.</returns>
    public static string? FromUrl(string encoded)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(encoded);
        try
        {
            return StrictUtf8.GetString(WebUtility.UrlDecodeToBytes(utf8, 0, utf8.Length));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>What the names of a bucket's objects begin with.</summary>
    public string Root(string bucket) => _shared ? $"{_prefix}{bucket}/" : _prefix;

    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidKey"/>: the name would be too long.</exception>
    public string Object(string bucket, string key)
    {
        string name = Root(bucket) + Encode(key);
        int length = Encoding.UTF8.GetByteCount(name);
        return length <= MaxNameBytes
            ? name
            : throw new StorageException(
                StorageErrorCode.InvalidKey,
                $"The key is spelled with {length} bytes in S3, where names have at most {MaxNameBytes}: what S3 cannot hold takes four for every byte.");
    }

    /// <summary>What the names of all objects whose keys begin with <paramref name="prefix"/> begin with.</summary>
    public string ObjectPrefix(string bucket, string prefix) => Root(bucket) + EncodePrefix(prefix);

    /// <summary>
    /// A name after which a listing can begin without leaving out a key after <paramref name="startAfter"/>. Escapes begin with a tilde, so
    /// that a key can stand upstream before one that it follows, but only where that has something at or above the tilde: there it is cut.
    /// </summary>
    /// <returns><see langword="null"/> when the listing must begin at its beginning.</returns>
    public string? StartAfter(string bucket, string? startAfter)
    {
        if (startAfter is null)
        {
            return null;
        }

        ReadOnlySpan<char> same = startAfter.AsSpan(0, startAfter.AsSpan().CommonPrefixLength(Encode(startAfter)));
        int high = same.IndexOfAnyInRange('~', char.MaxValue);
        same = high < 0 ? same : same[..high];
        return same.Length == 0 ? null : string.Concat(Root(bucket), same);
    }

    /// <summary>Whether the server can roll up at a delimiter: it must not find it inside an escape.</summary>
    public static bool CanRollUp(string delimiter) =>
        !delimiter.AsSpan().ContainsAny(InEscapes) && !delimiter.AsSpan().ContainsAnyExceptInRange(' ', '~');

    /// <summary>Reads a key back; not for what is internal, nor for a name that no key maps to.</summary>
    public bool TryReadKey(string bucket, string name, [NotNullWhen(true)] out string? key)
    {
        key = null;
        string root = Root(bucket);
        return name.Length > root.Length && name.StartsWith(root, StringComparison.Ordinal) && TryDecode(name[root.Length..], out key);
    }

    /// <summary>Reads back what all keys under a prefix of names begin with. The prefix ends with a delimiter.</summary>
    public bool TryReadPrefix(string bucket, string prefix, [NotNullWhen(true)] out string? keys)
    {
        // Something always follows, and what it is does not change how the beginning is spelled.
        bool read = TryReadKey(bucket, prefix + "x", out keys);
        keys = keys?[..^1];
        return read;
    }

    public string BucketMarker(string bucket) => BucketMarkers + bucket;

    public string Probe(Guid id) => $"{InternalRoot}probe/{id:N}";

    private string Encode(string key) => IsRooted(key) ? EscapedSlash + _codec.Encode(key)[1..] : _codec.Encode(key);

    private string EncodePrefix(string prefix) =>
        IsRooted(prefix) ? EscapedSlash + _codec.EncodePrefix(prefix)[1..] : _codec.EncodePrefix(prefix);

    private bool TryDecode(string name, [NotNullWhen(true)] out string? key)
    {
        if (SlashesCollide && name.StartsWith(EscapedSlash, StringComparison.Ordinal))
        {
            return _codec.TryDecode("/" + name[EscapedSlash.Length..], out key);
        }

        key = null;
        return !IsRooted(name) && _codec.TryDecode(name, out key);
    }

    /// <summary>A name that begins with a slash is sent as another than is signed: the slash and that of the path become one.</summary>
    private bool SlashesCollide => !_shared && _prefix.Length == 0;

    private bool IsRooted(string key) => SlashesCollide && key.StartsWith('/');

    /// <summary>What XML 1.0 cannot carry, or not unchanged: batch deletes and the answers about uploads have names in them.</summary>
    private static bool MustEscape(Rune character) => character.Value is < 0x20 or 0xFFFE or 0xFFFF;

    /// <summary>A name as it is. The SDK leaves the service's encoding, and not every server does what was asked.</summary>
    public static string? Listed(string name, EncodingType? encoding) => encoding == EncodingType.Url ? FromUrl(name) : name;
}
