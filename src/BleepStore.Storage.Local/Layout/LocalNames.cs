using System.Diagnostics.CodeAnalysis;
using System.Text;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Local.Layout;

/// <summary>
/// Spells keys as paths below the bucket's folder, and reads them back. The slashes of a key are the slashes of the path. A segment that is
/// a valid file name stays as it is. The mapping is injective. A path that no key maps to does not read back.
/// </summary>
/// <remarks>
/// The escapes of <see cref="KeyCodec"/> are <c>~=</c> and two hexadecimal digits. Four further spellings never come from the codec. They
/// are the names <see cref="EmptySegment"/> and <see cref="Self"/>, the beginning <see cref="Moving"/> and the ending
/// <see cref="Continued"/>. A segment of more than 255 bytes is cut into folders with that ending, and a last piece.
/// </remarks>
internal sealed class LocalNames
{
    /// <summary>The name of an empty segment. The path of <c>a//b</c> is <c>a/~=-/b</c>.</summary>
    public const string EmptySegment = KeyCodec.Lead + "-";

    /// <summary>
    /// The name of an object inside the folder that has the object's key. If <c>a/b</c> exists, the path of <c>a</c> is <c>a/~=@</c>.
    /// </summary>
    public const string Self = KeyCodec.Lead + "@";

    /// <summary>
    /// The beginning of the name that an object has while it becomes a folder, and the name of a file in that folder. See
    /// <see cref="Place.MovingPath"/>.
    /// </summary>
    public const string Moving = KeyCodec.Lead + "^";

    /// <summary>The ending of a folder that holds the next piece of a long segment.</summary>
    public const string Continued = KeyCodec.Lead + "_";

    /// <summary>The longest key, in bytes of UTF-8. A file's path can spell a longer key, but no caller can name that key.</summary>
    public const int LongestKey = 1024;

    /// <summary>The most nested folders that a key needs, for empty segments and for the pieces of long segments.</summary>
    public const int MostFolders = LongestKey + MostPieces;

    /// <summary>The most folders that the beginning of one long segment needs, if each of its bytes is escaped with four bytes.</summary>
    public const int MostPieces = (4 * LongestKey / LongestPiece) + 1;

    /// <summary>The longest name of a file, in bytes.</summary>
    public const int LongestName = 255;

    private const int LongestPiece = LongestName - 3;

    private readonly KeyCodec _codec;
    private readonly bool _isPortable;

    /// <param name="rules">The characters that the names of the root hold without an escape.</param>
    public LocalNames(NameRules rules)
    {
        _isPortable = rules == NameRules.Portable;
        _codec = new KeyCodec(new KeyCodecRules
        {
            Dots = DotRule.EscapedAsSegments,
            MustEscape = rules switch
            {
                NameRules.Portable => PortableNames.MustEscape,

                // Such a file system treats non-ASCII letters as equal by rules of its own.
                NameRules.LinuxIgnoringCase => static rune => rune.Value == 0 || !rune.IsAscii || rune.Value is >= 'A' and <= 'Z',
                _ => static rune => rune.Value == 0,
            },
        });
    }

    /// <summary>Returns the path of a key, relative to its bucket's folder.</summary>
    public string PathOf(string key)
    {
        if (IsPlain(key))
        {
            return key;
        }

        var path = new StringBuilder(key.Length + 16);
        foreach (Range range in key.AsSpan().Split('/'))
        {
            if (range.Start.Value > 0)
            {
                path.Append('/');
            }

            AppendSegment(path, key[range]);
        }

        return path.ToString();
    }

    /// <summary>Reads a segment back from its names.</summary>
    /// <param name="path">A name, or the names of the pieces with slashes between.</param>
    /// <param name="segment">The segment.</param>
    public bool TryReadSegment(string path, [NotNullWhen(true)] out string? segment)
    {
        if (path == EmptySegment)
        {
            segment = "";
            return true;
        }

        bool isCut = path.Contains('/', StringComparison.Ordinal);
        string name = isCut ? path.Replace(Continued + "/", "", StringComparison.Ordinal) : path;
        if (!TryDecode(name, out segment))
        {
            return false;
        }

        if (!isCut)
        {
            return segment.Length > 0;
        }

        // Names that another program has cut at other places belong to no key.
        var expected = new StringBuilder(path.Length);
        AppendSegment(expected, segment);
        return expected.Equals(path);
    }

    /// <summary>Whether a key, or the beginning of keys, is no longer than the longest key.</summary>
    public static bool IsInReach(string key) => key.Length <= LongestKey / 3 || Encoding.UTF8.GetByteCount(key) <= LongestKey;

    private void AppendSegment(StringBuilder path, string segment)
    {
        if (segment.Length == 0)
        {
            path.Append(EmptySegment);
            return;
        }

        string name = Encode(segment);
        int left = Encoding.UTF8.GetByteCount(name);
        int start = 0;
        int piece = 0;
        (int Start, int Bytes) last = (0, 0);
        for (int at = 0; left > LongestName;)
        {
            (int width, int bytes) = UnitAt(name, at);
            if (piece + bytes > LongestPiece)
            {
                // The next piece is a name of its own. One more character keeps it from being the name of a device.
                (int cut, int kept) = _isPortable && PortableNames.IsDevice(name.AsSpan(at)) ? last : (at, 0);
                path.Append(name, start, cut - start).Append(Continued).Append('/');
                left -= piece - kept;
                (start, piece) = (cut, kept);
                continue;
            }

            last = (at, bytes);
            at += width;
            piece += bytes;
        }

        path.Append(name, start, name.Length - start);
    }

    /// <summary>Returns the length of the character or escape, which must not be cut.</summary>
    private static (int Width, int Bytes) UnitAt(string name, int at)
    {
        if (name.AsSpan(at).StartsWith(KeyCodec.Lead, StringComparison.Ordinal))
        {
            return (4, 4);
        }

        var rune = Rune.GetRuneAt(name, at);
        return (rune.Utf16SequenceLength, rune.Utf8SequenceLength);
    }

    private string Encode(string segment)
    {
        string name = _codec.Encode(segment);
        return _isPortable ? PortableNames.Shield(name) : name;
    }

    private bool TryDecode(string name, [NotNullWhen(true)] out string? segment)
    {
        if (!_isPortable)
        {
            return _codec.TryDecode(name, out segment);
        }

        foreach (string bare in PortableNames.Unshield(name))
        {
            if (_codec.TryDecode(bare, out segment) && Encode(segment) == name)
            {
                return true;
            }
        }

        segment = null;
        return false;
    }

    /// <summary>Whether the key is its own path, as most are.</summary>
    private bool IsPlain(string key)
    {
        if (_isPortable || !ReferenceEquals(_codec.Encode(key), key))
        {
            return false;
        }

        int start = 0;
        while (true)
        {
            int slash = key.IndexOf('/', start);
            int length = (slash < 0 ? key.Length : slash) - start;
            if (length is 0 or > LongestName / 3)
            {
                return false;
            }

            if (slash < 0)
            {
                return true;
            }

            start = slash + 1;
        }
    }
}
