using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace BleepStore.Storage.Checks;

/// <summary>The rules for the names, the storage and the size of users' metadata.</summary>
internal static class MetadataRules
{
    /// <summary>
    /// The maximum size of the user's metadata of one object, in bytes as stored. It is S3's 2 KiB less the space that this library uses.
    /// </summary>
    public const int MaximumSize = 1792;

    /// <summary>The prefix of the names of all reserved entries. Users' names may not begin with it.</summary>
    public const string ReservedPrefix = "bleepstore";

    /// <summary>The entry for everything that is not stored under its own name.</summary>
    public const string PackedName = ReservedPrefix + "meta";

    private static readonly SearchValues<char> PortableName = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>
    /// How many bytes metadata takes as stored where the fewest names are native. No upstream stores more, so metadata that fits on one
    /// backend fits on all.
    /// </summary>
    public static int Measure(IReadOnlyDictionary<string, string> metadata)
    {
        int native = 0;
        int packed = 0;
        foreach ((string name, string value) in metadata)
        {
            if (IsPortableName(name) && IsNativeValue(value))
            {
                native += name.Length + value.Length;
            }
            else
            {
                packed += PackedLength(name) + PackedLength(value);
            }
        }

        return native + (packed == 0 ? 0 : PackedName.Length + Base64Url.GetEncodedLength(packed + 1));
    }

    /// <summary>Returns whether a header can carry the value unchanged.</summary>
    public static bool IsNativeValue(string value) =>
        value.Length > 0 && value[0] != ' ' && value[^1] != ' ' && !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static bool IsPortableName(string name) =>
        name.Length > 0 && char.IsAsciiLetterLower(name[0]) && !name.AsSpan().ContainsAnyExcept(PortableName);

    private static int PackedLength(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        return length + (length < 0x80 ? 1 : 2);
    }
}
