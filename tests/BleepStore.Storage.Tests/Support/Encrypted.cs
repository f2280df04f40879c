using BleepStore.Storage.Backends;
using BleepStore.Storage.Decorators.Encryption;

namespace BleepStore.Storage.Tests.Support;

/// <summary>Stores that encrypt, and what lies beneath them.</summary>
internal static class Encrypted
{
    public const int Chunk = 64 * 1024;

    public const int StoredChunk = Chunk + 32;

    public const int Header = 768;

    /// <summary>Two chunks.</summary>
    public const int PartSize = 2 * Chunk;

    public static byte[] Key { get; } = [.. Enumerable.Range(0, 32).Select(static at => (byte)at)];

    public static KeyRing Ring() => new("test", Key);

    public static EncryptionBackend Over(
        StorageBackend inner, IKeyRing? ring = null, PlaintextObjects plaintext = PlaintextObjects.Refuse, int retries = 4) =>
        new(inner, ring ?? Ring(), plaintext, Stores.Context(inner, retries: retries));

    public static Bucket Bucket(
        StorageBackend inner, IKeyRing? ring = null, PlaintextObjects plaintext = PlaintextObjects.Refuse, int retries = 4) =>
        Stores.Over(Over(inner, ring, plaintext, retries), PartSize, retries: retries);

    /// <summary>An upstream that streams no puts, so that large objects are written in parts.</summary>
    public static ScriptedBackend Cloud() => new(new StorageCapabilities { StreamsPuts = false });

    /// <summary>An upstream that takes a put as it comes.</summary>
    public static ScriptedBackend Disk() => new(new StorageCapabilities { StreamsPuts = true, ComparesETags = true });

    public static async Task<byte[]> StoredAsync(StorageBackend backend, string key)
    {
        GetResult found = await backend.GetAsync(new GetRequest { Bucket = Stores.Bucket, Key = key }, CancellationToken.None);
        await using Stream content = found.Content;
        var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        return copy.ToArray();
    }

    public static async Task PlantAsync(StorageBackend backend, string key, byte[] bytes) => await backend.PutAsync(
        new PutRequest { Bucket = Stores.Bucket, Key = key, Body = StorageBody.FromBytes(bytes) }, CancellationToken.None);

    public static async Task<byte[]> ReadAsync(Bucket bucket, string key, ByteRange? range = null)
    {
        await using ObjectReader reader = await bucket.GetAsync(key, new GetOptions { Range = range });
        return await reader.ReadAllAsync();
    }

    /// <summary>The stored chunks of an object, the last one perhaps short.</summary>
    public static byte[][] Chunks(byte[] stored) => [.. stored[Header..].Chunk(StoredChunk)];

    public static byte[] Join(byte[] header, params IEnumerable<byte[]> chunks) =>
    [
        .. header[..Header], .. chunks.SelectMany(static chunk => chunk),
    ];
}
