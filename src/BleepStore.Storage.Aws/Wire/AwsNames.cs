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

    /// <summary>Characters that a delimiter must not hold if the server rolls up. They are part of escapes, or are shielded.</summary>
    private static readonly SearchValues<char> InEscapes = SearchValues.Create("~=0123456789abcdef.");

    /// <summary>
    /// A name that begins with a slash is sent differently from the signed name, because its slash and that of the path merge.
    /// </summary>
    private readonly bool _slashesCollide = mapping != AwsBucketMapping.SharedContainer && prefix.Length == 0;

    /// <summary>Old buckets have names that are no longer valid for new ones, and access points have ARNs. The service decides.</summary>
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
    /// Returns a name after which a listing can begin without omitting a key after <paramref name="startAfter"/>. Escapes begin with a
    /// tilde, so a key can be listed upstream before a key that it follows. That needs a character at or above the tilde in the first key,
    /// which is cut there.
    /// </summary>
    /// <returns><see langword="null"/> when the listing must start at the beginning.</returns>
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

    /// <summary>Returns whether the server can roll up at a delimiter, which must not occur inside an escape.</summary>
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
    /// S3 refuses names that lead out of its root (../x). Other servers refuse every segment that is one dot or two, and clients and
    /// proxies resolve such segments. Shields do not change the beginnings of names, so keys that begin alike stay together in a listing.
    /// S3 stores any other segment that ends in a dot unchanged, and other tools write it so.
    /// </summary>
    private static KeyCodecRules RulesOf(AwsBucketMapping mapping) => new()
    {
        MustEscape = MustEscape,
        Dots = DotRule.NotAsSegments,
        ReservedPrefixes = mapping == AwsBucketMapping.SharedContainer ? [] : [Internal],
    };

    /// <summary>
    /// XML 1.0 cannot carry these characters, or not unchanged, and batch deletes and the answers about uploads contain names.
    /// </summary>
    private static bool MustEscape(Rune character) => character.Value is < 0x20 or 0xFFFE or 0xFFFF;

    /// <summary>
    /// Returns the unencoded name. The SDK does not decode the service's encoding, and not every server encodes as requested.
    /// </summary>
    public static string? Listed(string name, EncodingType? encoding) => encoding == EncodingType.Url ? FromUrl(name) : name;
}
