using System.Globalization;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Decorators.Compression;

/// <summary>
/// The record of an object that was compressed. It has the method and both sizes. It lies beside the user's metadata. It is valid only for
/// bytes of the size and the encoding that it names, because other tools copy metadata to other bytes.
/// </summary>
/// <param name="Coding">The content coding, <c>br</c> or <c>gzip</c>.</param>
/// <param name="PlainSize">The size of the object before it was compressed, in bytes.</param>
/// <param name="StoredSize">The size of the stored bytes.</param>
internal sealed record CompressionRecord(string Coding, long PlainSize, long StoredSize)
{
    /// <summary>The name of the entry. It is native on every upstream.</summary>
    public const string Name = "bleepcompressed";

    public const string Brotli = "br";

    public const string Gzip = "gzip";

    public static string CodingOf(CompressionMethod method) => method == CompressionMethod.Gzip ? Gzip : Brotli;

    /// <summary>Refuses an entry of that name from a caller. Bytes and a record that a client has made up would show any size.</summary>
    /// <exception cref="ArgumentException">There is one.</exception>
    public static void RequireNone(ObjectAttributes? attributes)
    {
        if (attributes?.Metadata.Keys.Contains(Name, StringComparer.OrdinalIgnoreCase) == true)
        {
            throw new ArgumentException(
                $"The name '{Name}' is reserved in the metadata of a store that compresses (WithCompression). Use another.");
        }
    }

    /// <summary>Finds the record of stored properties. <see langword="null"/> for an object that was not compressed here.</summary>
    /// <param name="stored">The properties as the backend has them.</param>
    public static CompressionRecord? Of(ObjectProperties stored) =>
        stored.ContentEncoding is { } encoding
        && stored.Metadata.TryGetValue(Name, out string? value)
        && value.Split(':') is [Brotli or Gzip, var plain, var size]
        && long.TryParse(plain, NumberStyles.None, CultureInfo.InvariantCulture, out long plainSize)
        && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long storedSize)
        && storedSize == stored.Size
        && plainSize > 0
        && new CompressionRecord(value[..value.IndexOf(':', StringComparison.Ordinal)], plainSize, storedSize) is var record
        && record.Ends(encoding)
            ? record
            : null;

    /// <summary>The properties as callers see them. Those of an object that was not compressed here stay as they are.</summary>
    /// <param name="stored">The properties as the backend has them.</param>
    public static ObjectProperties Show(ObjectProperties stored) => Of(stored) is { } record ? record.Reveal(stored) : stored;

    /// <summary>The attributes to store. The coding is the last one that was applied (RFC 9110, section 8.4).</summary>
    /// <param name="attributes">The attributes that the caller gave.</param>
    public ObjectAttributes AddTo(ObjectAttributes attributes) => attributes with
    {
        ContentEncoding = string.IsNullOrEmpty(attributes.ContentEncoding) ? Coding : $"{attributes.ContentEncoding}, {Coding}",
        Metadata = new Dictionary<string, string>(attributes.Metadata, StringComparer.OrdinalIgnoreCase)
        {
            [Name] = string.Create(CultureInfo.InvariantCulture, $"{Coding}:{PlainSize}:{StoredSize}"),
        },
    };

    /// <summary>The properties of the object before it was compressed. ETag and revision are those of the stored bytes.</summary>
    /// <param name="stored">The properties as the backend has them.</param>
    public ObjectProperties Reveal(ObjectProperties stored)
    {
        string encoding = stored.ContentEncoding!;
        var metadata = new Dictionary<string, string>(stored.Metadata, StringComparer.OrdinalIgnoreCase);
        metadata.Remove(Name);
        return stored with
        {
            Size = PlainSize,
            ContentEncoding = encoding.Length == Coding.Length ? null : encoding[..encoding.LastIndexOf(',')].TrimEnd(),
            Metadata = metadata.Count == 0 ? UserMetadata.Empty : metadata,
        };
    }

    private bool Ends(string encoding)
    {
        int comma = encoding.LastIndexOf(',');
        return encoding.AsSpan(comma + 1).Trim().Equals(Coding, StringComparison.OrdinalIgnoreCase)
            && (comma > 0 || encoding.Length == Coding.Length);
    }
}
