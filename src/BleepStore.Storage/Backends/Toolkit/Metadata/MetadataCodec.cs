using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using BleepStore.Storage.Checks;

namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>
/// Packs the user's metadata and this library's own data about an object into names and values that an upstream can store. Entries that the
/// upstream can store natively stay readable to other tools. All other entries share one reserved Base64url entry. Thread-safe.
/// </summary>
public sealed class MetadataCodec
{
    /// <summary>
    /// The maximum size of the user's metadata of one object, in bytes as stored. It is S3's 2 KiB less the space that this library uses.
    /// </summary>
    public const int MaximumSize = MetadataRules.MaximumSize;

    /// <summary>The prefix of the names of all reserved entries. Users' names may not begin with it.</summary>
    public const string ReservedPrefix = MetadataRules.ReservedPrefix;

    private const string PackedName = MetadataRules.PackedName;
    private const string ETagName = "bleepstoreetag";
    private const string TokenName = "bleepstoretoken";
    private const string ExpiresName = "bleepstoreexpires";
    private const byte PackedVersion = 1;

    private readonly Func<string, bool> _isNativeName;
    private readonly bool _packsExpires;

    /// <summary>Creates a codec for an upstream.</summary>
    /// <param name="isNativeName">Returns whether the upstream returns a lower-case name unchanged.</param>
    /// <param name="packsExpires">
    /// Whether <see cref="ObjectAttributes.Expires"/> must travel as metadata, because the upstream has no such property.
    /// </param>
    public MetadataCodec(Func<string, bool> isNativeName, bool packsExpires = false)
    {
        ArgumentNullException.ThrowIfNull(isNativeName);
        _isNativeName = isNativeName;
        _packsExpires = packsExpires;
    }

    /// <summary>
    /// How many bytes metadata takes as stored where the fewest names are native. No upstream stores more, so metadata that fits on one
    /// backend fits on all.
    /// </summary>
    /// <param name="metadata">The user's metadata.</param>
    public static int Measure(IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return MetadataRules.Measure(metadata);
    }

    /// <summary>Packs metadata.</summary>
    /// <param name="attributes">
    /// The attributes to store. The codec packs the metadata and, where the upstream has no such property, the expiry.
    /// </param>
    /// <param name="etag">
    /// The ETag to keep as reserved metadata, where the upstream's own property cannot carry it. Otherwise <see langword="null"/>.
    /// </param>
    /// <param name="size">The object's size in bytes. It shows later whether the kept ETag belongs to the object.</param>
    /// <param name="writeToken">The write token, or <see langword="null"/>.</param>
    /// <returns>Names and values that the upstream can store natively.</returns>
    public IDictionary<string, string> Pack(ObjectAttributes attributes, string? etag = null, long size = 0, string? writeToken = null)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var stored = new Dictionary<string, string>(StringComparer.Ordinal);
        ArrayBufferWriter<byte>? packed = null;
        foreach ((string name, string value) in Sorted(attributes.Metadata))
        {
            if (_isNativeName(name) && MetadataRules.IsNativeValue(value))
            {
                stored.Add(name, value);
            }
            else
            {
                if (packed is null)
                {
                    packed = new ArrayBufferWriter<byte>();
                    packed.Write([PackedVersion]);
                }

                WriteText(packed, name);
                WriteText(packed, value);
            }
        }

        if (packed is not null)
        {
            stored.Add(PackedName, Base64Url.EncodeToString(packed.WrittenSpan));
        }

        if (etag is not null)
        {
            stored.Add(ETagName, string.Create(CultureInfo.InvariantCulture, $"{etag}:{size}"));
        }

        if (writeToken is not null)
        {
            stored.Add(TokenName, writeToken);
        }

        if (_packsExpires && attributes.Expires is { } expires)
        {
            stored.Add(ExpiresName, expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        }

        return stored;
    }

    /// <summary>Reads metadata back. Invalid reserved entries are ignored, because other tools can write anything.</summary>
    /// <param name="stored">The entries as the upstream stores them. Names can be in any case.</param>
    /// <param name="size">The object's size in bytes. A kept ETag of another size was copied by another tool and is ignored.</param>
    public static UnpackedMetadata Unpack(IEnumerable<KeyValuePair<string, string>> stored, long size)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (stored.TryGetNonEnumeratedCount(out int count) && count == 0)
        {
            return UnpackedMetadata.None;
        }

        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        string? etag = null, token = null;
        DateTimeOffset? expires = null;
        foreach ((string anyCase, string value) in stored)
        {
            string name = anyCase.ToLowerInvariant();
            switch (name)
            {
                case PackedName:
                    ReadPacked(value, metadata);
                    break;
                case ETagName:
                    int colon = value.LastIndexOf(':');
                    bool own = colon > 0
                        && long.TryParse(value.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long of)
                        && of == size
                        && OpaqueStrings.IsValid(value[..colon]);
                    etag = own ? value[..colon] : etag;
                    break;
                case TokenName:
                    token = value;
                    break;
                case ExpiresName:
                    expires = ReadExpires(value);
                    break;
                default:
                    if (!name.StartsWith(ReservedPrefix, StringComparison.Ordinal))
                    {
                        metadata.TryAdd(name, value);
                    }

                    break;
            }
        }

        return new UnpackedMetadata { Metadata = metadata, ETag = etag, WriteToken = token, Expires = expires };
    }

    /// <summary>Most objects have no metadata, so nothing is sorted for them.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Sorted(IReadOnlyDictionary<string, string> metadata) =>
        metadata.Count == 0 ? [] : metadata.OrderBy(static entry => entry.Key, StringComparer.Ordinal);

    private static void WriteText(ArrayBufferWriter<byte> packed, string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        packed.Write(length < 0x80 ? [(byte)length] : [(byte)(0x80 | (length >> 8)), (byte)length]);
        packed.Advance(Encoding.UTF8.GetBytes(text, packed.GetSpan(length)));
    }

    private static void ReadPacked(string value, Dictionary<string, string> metadata)
    {
        if (!Base64Url.IsValid(value))
        {
            return;
        }

        ReadOnlySpan<byte> rest = Base64Url.DecodeFromChars(value);
        if (rest.Length == 0 || rest[0] != PackedVersion)
        {
            return;
        }

        rest = rest[1..];
        while (TryReadText(ref rest, out string anyCase) && TryReadText(ref rest, out string text))
        {
            // Other tools can write anything here. Names that this library would refuse are not shown.
            string name = anyCase.ToLowerInvariant();
            if (name.Length > 0 && !name.StartsWith(ReservedPrefix, StringComparison.Ordinal))
            {
                metadata[name] = text;
            }
        }
    }

    private static bool TryReadText(ref ReadOnlySpan<byte> rest, out string text)
    {
        text = "";
        if (rest.Length == 0)
        {
            return false;
        }

        int header = rest[0] < 0x80 ? 1 : 2;
        if (rest.Length < header)
        {
            return false;
        }

        int length = header == 1 ? rest[0] : ((rest[0] & 0x7f) << 8) | rest[1];
        if (rest.Length < header + length)
        {
            return false;
        }

        text = Encoding.UTF8.GetString(rest.Slice(header, length));
        rest = rest[(header + length)..];
        return true;
    }

    private static DateTimeOffset? ReadExpires(string value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds)
        && seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
