using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using Amazon.S3;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>Spells buckets and keys as buckets and objects of S3, and reads the names back.</summary>
/// <remarks>Source: "Naming Amazon S3 objects", Amazon S3 User Guide. Names have at most 1,024 bytes.</remarks>
internal sealed class AwsNames(string prefix, AwsBucketMapping mapping)
    : UpstreamNames(prefix, mapping == AwsBucketMapping.SharedContainer, MaxNameBytes, RulesOf(mapping))
{
    private const int MaxNameBytes = 1024;
    private const string EscapedSlash = KeyCodec.Lead + "2f";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly SearchValues<char> ContainerCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/");

    /// <summary>What a delimiter must not hold to be left to the server: what stands in escapes, and what is shielded.</summary>
    private static readonly SearchValues<char> InEscapes = SearchValues.Create("~=0123456789abcdef.");

    /// <summary>A name that begins with a slash is sent as another than is signed: the slash and that of the path become one.</summary>
    private readonly bool _slashesCollide = mapping != AwsBucketMapping.SharedContainer && prefix.Length == 0;

    /// <summary>Old buckets have names that new ones cannot have, and access points have ARNs: the service judges.</summary>
    public static bool IsContainer(string name) =>
        name.Length is >= 3 and <= 255 && !name.AsSpan().ContainsAnyExcept(ContainerCharacters);

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

    protected override string Encode(string key) => IsRooted(key) ? EscapedSlash + base.Encode(key)[1..] : base.Encode(key);

    protected override string EncodePrefix(string prefix) =>
        IsRooted(prefix) ? EscapedSlash + base.EncodePrefix(prefix)[1..] : base.EncodePrefix(prefix);

    protected override bool TryDecode(string name, [NotNullWhen(true)] out string? key)
    {
        if (_slashesCollide && name.StartsWith(EscapedSlash, StringComparison.Ordinal))
        {
            return base.TryDecode("/" + name[EscapedSlash.Length..], out key);
        }

        key = null;
        return !IsRooted(name) && base.TryDecode(name, out key);
    }

    private bool IsRooted(string key) => _slashesCollide && key.StartsWith('/');

    /// <summary>
    /// S3 refuses what climbs out of its root (../x), other servers every . and .. segment; clients and proxies resolve them. Shielding
    /// these two leaves the beginnings of names as they are, so that keys that begin alike stay together in a listing. Any other segment
    /// that ends in a dot S3 holds as it is, and other tools write it so.
    /// </summary>
    private static KeyCodecRules RulesOf(AwsBucketMapping mapping) => new()
    {
        MustEscape = MustEscape,
        Dots = DotRule.NotAsSegments,
        ReservedPrefixes = mapping == AwsBucketMapping.SharedContainer ? [] : [Internal],
    };

    /// <summary>What XML 1.0 cannot carry, or not unchanged: batch deletes and the answers about uploads have names in them.</summary>
    private static bool MustEscape(Rune character) => character.Value is < 0x20 or 0xFFFE or 0xFFFF;

    /// <summary>A name as it is. The SDK leaves the service's encoding, and not every server does what was asked.</summary>
    public static string? Listed(string name, EncodingType? encoding) => encoding == EncodingType.Url ? FromUrl(name) : name;
}
