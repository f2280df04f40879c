using System.Buffers;
using System.Globalization;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>Spells buckets and keys as Google's buckets and objects, and reads the names back.</summary>
/// <remarks>Source: "Objects" (Object naming guidelines) and "Buckets" (Bucket naming guidelines), Cloud Storage documentation.</remarks>
internal sealed class GcpNames(string prefix, GcpBucketMapping mapping)
    : UpstreamNames(prefix, mapping == GcpBucketMapping.SharedContainer, MaxNameBytes, RulesOf(prefix, mapping))
{
    /// <summary>UTF-8 bytes.</summary>
    public const int MaxNameBytes = 1024;

    private const int MaxBucketPartLength = 63;
    private const string Acme = ".well-known/acme-challenge/";

    private static readonly SearchValues<char> ContainerCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>Characters that are part of an escape, or are escaped themselves. The service must not roll up at them.</summary>
    private static readonly SearchValues<char> EscapeCharacters = SearchValues.Create("~=0123456789abcdef\r\n");

    /// <summary>Returns whether the service can roll up at a delimiter, which must not be part of an escape.</summary>
    public static bool CanRollUp(string delimiter) => !delimiter.AsSpan().ContainsAny(EscapeCharacters);

    public static bool IsContainer(string name) =>
        name.Length is >= 3 and <= 222
        && !name.AsSpan().ContainsAnyExcept(ContainerCharacters)
        && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1])
        && name.Split('.').All(static part => part.Length is >= 1 and <= MaxBucketPartLength);

    /// <summary>Returns whether the service accepts a valid bucket name as the name of an upstream bucket.</summary>
    public static bool IsOwnBucket(string name) =>
        IsContainer(name)
        && !name.StartsWith("goog", StringComparison.Ordinal)
        && !name.Contains("google", StringComparison.Ordinal)
        && !name.Contains("g00gle", StringComparison.Ordinal);

    public new static string? PrefixFault(string? prefix) => UpstreamNames.PrefixFault(prefix)
        ?? (prefix!.StartsWith(Acme, StringComparison.Ordinal) ? $"begins with {Acme}" : null);

    /// <summary>
    /// Returns the name from which to list the keys after another. Escapes sort later, so the common beginning of key and name is safe.
    /// </summary>
    public string StartOffset(string bucket, string startAfter)
    {
        string plain = Root(bucket) + startAfter;
        string name = Root(bucket) + Encode(startAfter);
        int common = plain.AsSpan().CommonPrefixLength(name);
        return plain[..(common > 0 && char.IsHighSurrogate(plain[common - 1]) ? common - 1 : common)];
    }

    /// <summary>The prefix of the names of all upload records of a bucket.</summary>
    public string UploadRecords(string bucket) => InternalFolder("records", bucket);

    /// <summary>The prefix of the names of all objects of uploads to a bucket.</summary>
    public string Uploads(string bucket) => InternalFolder("uploads", bucket);

    public string Upload(string bucket, string uploadId) => $"{Uploads(bucket)}{uploadId}/";

    public string Parts(string bucket, string uploadId) => $"{Upload(bucket, uploadId)}parts/";

    public string Part(string bucket, string uploadId, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{Parts(bucket, uploadId)}{number:D5}");

    public string Joins(string bucket, string uploadId, string completion) => $"{Upload(bucket, uploadId)}joins/{completion}/";

    public string Join(string bucket, string uploadId, string completion, int level, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{Joins(bucket, uploadId, completion)}{level}-{index:D3}");

    /// <summary>
    /// In a container per bucket, the service refuses the names . and .. and names that begin with .well-known/acme-challenge/.
    /// </summary>
    private static KeyCodecRules RulesOf(string prefix, GcpBucketMapping mapping)
    {
        bool isShared = mapping == GcpBucketMapping.SharedContainer;
        bool isRoot = !isShared && prefix.Length == 0;
        return new KeyCodecRules
        {
            MustEscape = static character => character.Value is '\r' or '\n',
            ReservedPrefixes = isShared ? [] : isRoot ? [Internal, Acme] : [Internal],
            Dots = isRoot ? DotRule.NotAsNames : DotRule.Anywhere,
        };
    }
}
