using BleepStore.Storage;
using BleepStore.Storage.Decorators.Prefix;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps the keys of a store under a prefix.</summary>
public static class BleepStorePrefixExtensions
{
    /// <summary>
    /// Keeps all keys of the store under a prefix inside each bucket. Callers see keys without the prefix, in properties, listings, errors
    /// and failures. Presigned URLs and forms lead to the keys with the prefix.
    /// </summary>
    /// <remarks>
    /// Buckets are not separated. A bucket with objects outside of the prefix cannot be deleted, and
    /// <see cref="ObjectStore.GetService{T}"/> returns the client of the whole container. <see cref="StorageCapabilities.MaxKeyBytes"/> is
    /// reduced by the length of the prefix.
    /// </remarks>
    /// <param name="builder">The store.</param>
    /// <param name="prefix">
    /// The prefix. Valid Unicode text of 1 to 512 UTF-8 bytes. No slash is added, so end the prefix with a slash to use it as a folder.
    /// </param>
    /// <exception cref="ArgumentException">The prefix is empty, not valid Unicode or too long.</exception>
    public static ObjectStoreBuilder WithPrefix(this ObjectStoreBuilder builder, string prefix)
    {
        ArgumentNullException.ThrowIfNull(builder);
        KeyPrefix.Check(prefix);
        return builder.Decorate((_, inner) => new PrefixBackend(inner, prefix));
    }
}
