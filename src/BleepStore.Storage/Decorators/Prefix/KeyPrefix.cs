using System.Text;
using BleepStore.Storage.Checks;

namespace BleepStore.Storage.Decorators.Prefix;

/// <summary>The beginning of all keys of a store inside each bucket.</summary>
/// <param name="prefix">The prefix.</param>
internal sealed class KeyPrefix(string prefix)
{
    /// <summary>
    /// The longest prefix, in UTF-8 bytes. Every backend has keys of at least 900 bytes, so the rest is left for callers.
    /// </summary>
    public const int MaximumBytes = 512;

    public static int BytesOf(string prefix) => Encoding.UTF8.GetByteCount(prefix);

    /// <summary>Checks a prefix.</summary>
    /// <exception cref="ArgumentException">The prefix is empty, not valid Unicode or too long.</exception>
    public static void Check(string prefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        Keys.CheckText(prefix);
        if (BytesOf(prefix) is var bytes && bytes > MaximumBytes)
        {
            throw new ArgumentException($"The prefix has {bytes} UTF-8 bytes. It can have at most {MaximumBytes}.", nameof(prefix));
        }
    }

    public string Add(string key) => prefix + key;

    /// <summary>As <see cref="Add(string)"/>. Nothing stays nothing.</summary>
    public string? AddTo(string? key) => key is null ? null : prefix + key;

    public ObjectAddress Add(ObjectAddress address) => new(address.Bucket, Add(address.Key));

    public ObjectProperties Add(ObjectProperties properties) => properties with { Key = Add(properties.Key) };

    public bool Is(string key) => string.Equals(key, prefix, StringComparison.Ordinal);

    public bool Begins(string key) => key.Length > prefix.Length && key.StartsWith(prefix, StringComparison.Ordinal);

    /// <exception cref="StorageException">The key is not under the prefix. No caller may see it.</exception>
    public string Remove(string key) => Begins(key)
        ? key[prefix.Length..]
        : throw new StorageException(
            StorageErrorCode.InternalError,
            "The backend returned a key outside the prefix of this store (WithPrefix). The key is not shown.");

    public ObjectProperties Remove(ObjectProperties properties) => properties with { Key = Remove(properties.Key) };
}
