using System.Diagnostics.CodeAnalysis;
using System.Text;
using BleepStore.Samples.Backend.Service;
using BleepStore.Storage;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Samples.Backend;

/// <summary>Spells keys as names of the service, and reads them back.</summary>
internal static class DepotNames
{
    /// <summary>
    /// The service refuses control characters. A name that is <c>.</c> or <c>..</c> would be taken out of the path of a request, and the
    /// request would reach another bucket.
    /// </summary>
    private static readonly KeyCodec Codec = new(new KeyCodecRules { MustEscape = Rune.IsControl, Dots = DotRule.NotAsNames });

    /// <summary>Returns the name of a key.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidKey"/> when the name is too long.</exception>
    public static string Name(string key)
    {
        string name = Codec.Encode(key);
        int bytes = Encoding.UTF8.GetByteCount(name);
        return bytes <= DepotService.MaxNameBytes
            ? name
            : throw new StorageException(
                StorageErrorCode.InvalidKey,
                $"The name of the key has {bytes} bytes, and the service takes {DepotService.MaxNameBytes}. Use a shorter key.");
    }

    /// <summary>Returns what the names of all keys with a prefix begin with.</summary>
    public static string Prefix(string prefix) => Codec.EncodePrefix(prefix);

    /// <summary>
    /// Returns where the listing of the keys after another begins. An escape moves a name up, so only the characters before the first
    /// escape can be relied on.
    /// </summary>
    public static string From(string key) => key[..key.AsSpan().CommonPrefixLength(Codec.Encode(key))];

    /// <summary>Reads a key back. A name that no key has was written by another tool.</summary>
    public static bool TryReadKey(string name, [NotNullWhen(true)] out string? key) => Codec.TryDecode(name, out key);
}
