using System.Buffers;
using System.Globalization;
using System.Text;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>Spells buckets and keys as containers and blobs, and reads the names back.</summary>
/// <remarks>
/// Source: "Blob names", Naming and referencing containers, blobs, and metadata. Names have at most 1,024 characters and 254 segments.
/// </remarks>
internal sealed class AzureNames(string prefix, AzureBucketMapping mapping)
    : UpstreamNames(prefix, mapping == AzureBucketMapping.SharedContainer, MaxNameLength, RulesOf(prefix, mapping))
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxNameLength = 1024;

    private const int MaxSegments = 254;

    private static readonly SearchValues<char> ContainerCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./");

    /// <summary>Container names follow "Container names", Naming and referencing containers, blobs, and metadata.</summary>
    public static bool IsContainer(string name) =>
        name.Length is >= 3 and <= 63
        && !name.AsSpan().ContainsAnyExcept(ContainerCharacters)
        && name[0] != '-' && name[^1] != '-'
        && !name.Contains("--", StringComparison.Ordinal);

    /// <summary>
    /// Whether no rule of addresses can change a name. It needs no escaping, and none of its segments is empty or begins or ends with a
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

    /// <summary>
    /// Returns a name at which a listing can start. No key with the prefix that sorts after the given key has a name before it. The
    /// service's order is not that of keys, since escapes move names and units of UTF-16 are not bytes of UTF-8. ASCII characters below the
    /// tilde that are not escaped have the same order in all of them. An escape, which begins with a tilde, sorts after them. So the name
    /// is the prefix's, continued by such characters of the key.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">The common beginning of the keys.</param>
    /// <param name="startAfter">The key that all keys come after.</param>
    /// <param name="oneLevel">Whether names are rolled up at slashes. The result then names no level below the first.</param>
    /// <returns><see langword="null"/> where nothing can be skipped.</returns>
    /// <remarks>
    /// Source: "List Blobs", Azure Storage REST API, <c>startFrom</c>. It is inclusive, from version 2026-02-06 on. With a delimiter it has
    /// only one level.
    /// </remarks>
    public string? StartOf(string bucket, string prefix, string startAfter, bool oneLevel)
    {
        if (!startAfter.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }

        string beginning = EncodePrefix(prefix);
        ReadOnlySpan<char> rest = startAfter.AsSpan(prefix.Length);
        int length = rest.IndexOfAnyExceptInRange(' ', '}');
        rest = length < 0 ? rest : rest[..length];
        if (oneLevel && rest.IndexOf('/') is >= 0 and var slash)
        {
            rest = rest[..slash];
        }

        // Characters that are escaped, or shielded because of the characters after them, are left out.
        while (rest.Length > 0 && EncodePrefix(string.Concat(prefix, rest)) != string.Concat(beginning, rest))
        {
            rest = rest[..^1];
        }

        return rest.Length == 0 ? null : string.Concat(Root(bucket), beginning, rest);
    }

    /// <summary>The prefix of the names of all upload records of a bucket.</summary>
    public string UploadRecords(string bucket) => InternalFolder("uploads", bucket);

    protected override int Measure(string name) => name.Length;

    private static KeyCodecRules RulesOf(string prefix, AzureBucketMapping mapping)
    {
        bool isShared = mapping == AzureBucketMapping.SharedContainer;
        return new KeyCodecRules
        {
            MustEscape = MustEscape,
            Dots = DotRule.NotAtEnds,
            EscapeEdgeSlashes = true,
            ReservedPrefixes = isShared ? [] : [Internal],
            MaxSegments = MaxSegments - prefix.Count(static c => c == '/') - (isShared ? 1 : 0),
        };
    }

    /// <summary>
    /// Returns whether a character must be escaped. The service or its SDK rewrites <c>\</c>. Controls, U+FFFE and U+FFFF break the XML of
    /// every listing. Private-use characters have no meaning outside one application.
    /// </summary>
    private static bool MustEscape(Rune character) =>
        character.Value is '\\' or >= 0xFFFD and <= 0xFFFF
        || Rune.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.PrivateUse;
}
