using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>
/// How buckets and keys are spelled as containers and blobs, and read back. An object is <c>{prefix}{bucket}/{key}</c> in the shared
/// container or <c>{prefix}{key}</c> in the bucket's own; what this library keeps to itself is under <c>{prefix}.bleepstore/</c>.
/// </summary>
internal sealed class AzureNames
{
    /// <summary>"Blob names", Naming and referencing containers, blobs, and metadata: at most 1,024 characters and 254 segments.</summary>
    public const int MaxNameLength = 1024;

    private const int MaxSegments = 254;
    private const int MaxBucketLength = 63;
    private const int MaxPrefixLength = 60;
    private const string Internal = ".bleepstore/";

    private static readonly SearchValues<char> ContainerCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./");

    private readonly string _prefix;
    private readonly bool _shared;
    private readonly KeyCodec _codec;

    public AzureNames(string prefix, AzureBucketMapping mapping)
    {
        _prefix = prefix;
        _shared = mapping == AzureBucketMapping.SharedContainer;
        _codec = new KeyCodec(new KeyCodecRules
        {
            MustEscape = MustEscape,
            Dots = DotRule.NotAtEnds,
            EscapeEdgeSlashes = true,

            // Where buckets have containers of their own, users' keys and internal names share a root.
            ReservedPrefixes = _shared ? [] : [Internal],
            MaxSegments = MaxSegments - prefix.Count(static c => c == '/') - (_shared ? 1 : 0),
        });
    }

    /// <summary>What is left of a name for the key, were all buckets' names as long as can be. A character is at least a byte.</summary>
    public int MaxKeyBytes => MaxNameLength - _prefix.Length - (_shared ? MaxBucketLength + 1 : 0);

    /// <summary>What the markers of all buckets begin with, in the shared container.</summary>
    public string BucketMarkers => $"{_prefix}{Internal}buckets/";

    /// <summary>What the names of all that is internal begin with.</summary>
    public string InternalRoot => _prefix + Internal;

    /// <summary>Container names: "Container names", Naming and referencing containers, blobs, and metadata.</summary>
    public static bool IsContainer(string name) =>
        name.Length is >= 3 and <= 63
        && !name.AsSpan().ContainsAnyExcept(ContainerCharacters)
        && name[0] != '-' && name[^1] != '-'
        && !name.Contains("--", StringComparison.Ordinal);

    /// <summary>
    /// Whether no rule of addresses can change a name: it needs no escaping, and none of its segments is empty or begins or ends with a
    /// dot.
    /// </summary>
    public static bool IsPlain(string name)
    {
        ReadOnlySpan<char> text = name;
        return !text.ContainsAnyExcept(PlainCharacters)
            && text is not ([] or ['/' or '.', ..] or [.., '/' or '.'])
            && !text.Contains("//", StringComparison.Ordinal)
            && (!text.Contains('.') || !(text.Contains("/.", StringComparison.Ordinal) || text.Contains("./", StringComparison.Ordinal)));
    }

    public static string? PrefixFault(string? prefix) => prefix switch
    {
        null => "is null; leave it empty for none",
        "" => null,
        { Length: > MaxPrefixLength } => $"has {prefix.Length} characters; at most {MaxPrefixLength} leave room for keys",
        _ when prefix.AsSpan().ContainsAnyExcept(PlainCharacters) => "holds something else than letters, digits, '-', '_', '.' and '/'",
        _ when prefix[^1] != '/' => "must end with a slash",
        _ when prefix.Split('/')[..^1].Any(static segment => segment.Length == 0 || segment[^1] == '.' || segment == Internal[..^1]) =>
            $"has a segment that is empty, ends with a dot or is '{Internal[..^1]}'",
        _ => null,
    };

    /// <summary>What the names of a bucket's objects begin with.</summary>
    public string Root(string bucket) => _shared ? $"{_prefix}{bucket}/" : _prefix;

    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidKey"/>: the name would be too long.</exception>
    public string Object(string bucket, string key)
    {
        string name = _shared ? $"{_prefix}{bucket}/{_codec.Encode(key)}" : _prefix + _codec.Encode(key);
        return name.Length <= MaxNameLength
            ? name
            : throw new StorageException(
                StorageErrorCode.InvalidKey,
                $"The key is spelled with {name.Length} characters in Azure, where names have at most {MaxNameLength}: what Azure cannot hold takes four for every byte.");
    }

    /// <summary>What the names of all objects whose keys begin with <paramref name="prefix"/> begin with.</summary>
    public string ObjectPrefix(string bucket, string prefix) => Root(bucket) + _codec.EncodePrefix(prefix);

    /// <summary>
    /// A name that no key comes before which has a prefix and is after another: where a listing can start. The service's order is not that
    /// of keys, since escapes move names and units of UTF-16 are not bytes of UTF-8. Characters of ASCII below the tilde that are not
    /// escaped come in the same order in all of them, and an escape, which begins with a tilde, comes after them. So the name is the
    /// prefix's, continued by such characters of the key.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">What all keys begin with.</param>
    /// <param name="startAfter">The key that all keys come after.</param>
    /// <param name="oneLevel">Whether names are rolled up at slashes: then the name names none below the first.</param>
    /// <returns><see langword="null"/> where nothing can be skipped.</returns>
    /// <remarks>
    /// Source: "List Blobs", Azure Storage REST API, <c>startFrom</c>: inclusive, from version 2026-02-06 on; with a delimiter only one
    /// level.
    /// </remarks>
    public string? StartOf(string bucket, string prefix, string startAfter, bool oneLevel)
    {
        if (!startAfter.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }

        string beginning = _codec.EncodePrefix(prefix);
        ReadOnlySpan<char> rest = startAfter.AsSpan(prefix.Length);
        int length = rest.IndexOfAnyExceptInRange(' ', '}');
        rest = length < 0 ? rest : rest[..length];
        if (oneLevel && rest.IndexOf('/') is >= 0 and var slash)
        {
            rest = rest[..slash];
        }

        // What is escaped, or shielded because of what follows it, is left out.
        while (rest.Length > 0 && _codec.EncodePrefix(string.Concat(prefix, rest)) != string.Concat(beginning, rest))
        {
            rest = rest[..^1];
        }

        return rest.Length == 0 ? null : string.Concat(Root(bucket), beginning, rest);
    }

    /// <summary>Reads a key back; not for what is internal, nor for a name that no key maps to.</summary>
    public bool TryReadKey(string bucket, string name, [NotNullWhen(true)] out string? key)
    {
        key = null;
        string root = Root(bucket);
        return name.Length > root.Length && name.StartsWith(root, StringComparison.Ordinal) && _codec.TryDecode(name[root.Length..], out key);
    }

    /// <summary>Reads back what all keys under a prefix of names begin with. The prefix ends with a slash.</summary>
    public bool TryReadPrefix(string bucket, string prefix, [NotNullWhen(true)] out string? keys)
    {
        // Something always follows, and what it is does not change how the beginning is spelled.
        bool read = TryReadKey(bucket, prefix + "x", out keys);
        keys = keys?[..^1];
        return read;
    }

    public string BucketMarker(string bucket) => BucketMarkers + bucket;

    public string UploadRecords(string bucket) => _shared ? $"{InternalRoot}uploads/{bucket}/" : $"{InternalRoot}uploads/";

    public string Probe(Guid id) => $"{InternalRoot}probe/{id:N}";

    /// <summary>
    /// What the service or its SDK rewrites (<c>\</c>), or what breaks the XML of every listing (controls, U+FFFE, U+FFFF), or has no
    /// meaning outside one application.
    /// </summary>
    private static bool MustEscape(Rune character) =>
        character.Value is '\\' or >= 0xFFFD and <= 0xFFFF
        || Rune.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.PrivateUse;
}
