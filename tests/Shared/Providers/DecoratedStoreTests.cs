using System.Text;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance;
using BleepStore.Storage.Conformance.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Tests.Shared.Providers;

/// <summary>
/// The decorators that change bytes, and the one that refuses writes, on the server of a provider. The conformance suite runs on them
/// around the in-memory backend.
/// </summary>
/// <typeparam name="THarness">How to reach the server.</typeparam>
public abstract class DecoratedStoreTests<THarness>
    where THarness : ConformanceHarness, new()
{
    private const int PartSize = 5 * 1024 * 1024;
    private static readonly PutOptions Text = new() { ContentType = "text/plain" };

    private readonly List<ServiceProvider> _providers = [];
    private THarness _harness = null!;
    private ObjectStore _store = null!;
    private Bucket _stored = null!;

    [SetUp]
    public async Task Start()
    {
        _harness = new THarness();
        await _harness.StartAsync();
        _store = await _harness.CreateStoreAsync();
        _stored = await _store.CreateBucketAsync(_harness.CreateBucketName());
    }

    [TearDown]
    public async Task Stop()
    {
        foreach (ServiceProvider provider in _providers)
        {
            await provider.DisposeAsync();
        }

        if (_stored is not null)
        {
            await _stored.DeleteManyAsync(await _stored.ListAsync().Select(static entry => entry.Key).ToListAsync());
            await _store.DeleteBucketAsync(_stored.Name);
        }

        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        await _harness.DisposeAsync();
    }

    [TestCase(200_000)]
    [TestCase(PartSize + 200_000)]
    public async Task An_encrypted_object_reads_back_whole_in_ranges_and_as_a_copy(int size)
    {
        Bucket bucket = Decorate(static store => store.WithEncryption(new KeyRing("test", new byte[32])));
        byte[] plain = Payload.Bytes(size);
        string key = $"encrypted/{size}";

        ObjectProperties put = await bucket.PutAsync(key, plain);
        await bucket.CopyAsync(key, $"{key}/copy");

        Assert.That((put.Size, (await bucket.HeadAsync(key)).Size), Is.EqualTo(((long)size, (long)size)));
        Assert.That(
            await bucket.ListAsync(new ListOptions { Prefix = key }).Select(static entry => (entry.Key, entry.Size)).ToListAsync(),
            Is.EquivalentTo(new[] { (key, (long)size), ($"{key}/copy", size) }));
        Assert.That((await ReadAsync(bucket, $"{key}/copy")).AsSpan().SequenceEqual(plain), Is.True);
        foreach (ByteRange range in new[] { ByteRange.From(0), ByteRange.From(size - 150_000, 100_000), ByteRange.Suffix(10) })
        {
            ContentRange bytes = range.Resolve(size);
            ReadOnlyMemory<byte> expected = plain.AsMemory((int)bytes.Offset, (int)bytes.Length);
            Assert.That((await ReadAsync(bucket, key, range)).AsSpan().SequenceEqual(expected.Span), Is.True, range.ToString());
        }

        byte[] stored = await ReadAsync(_stored, key);
        Assert.That(stored, Has.Length.GreaterThan(size));
        Assert.That(stored.AsSpan().IndexOf(plain.AsSpan(0, 16)), Is.EqualTo(-1), "nothing of the plaintext");
    }

    [Test]
    public async Task Encrypted_bytes_that_were_changed_upstream_are_refused()
    {
        Bucket bucket = Decorate(static store => store.WithEncryption(new KeyRing("test", new byte[32])));
        await bucket.PutAsync("changed", Payload.Bytes(200_000));
        byte[] stored = await ReadAsync(_stored, "changed");
        stored[^100_000] ^= 1;
        await _stored.PutAsync("changed", stored);

        await StorageAssert.FailsAsync(StorageErrorCode.BadDigest, () => ReadAsync(bucket, "changed"));

        Assert.That(await ReadAsync(bucket, "changed", ByteRange.From(0, 100)), Has.Length.EqualTo(100), "an unchanged chunk");
    }

    [Test]
    public async Task A_compressed_object_reads_back_whole_and_as_a_copy()
    {
        Bucket bucket = Decorate(static store => store.WithCompression());
        byte[] plain = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(static line => $"line {line}\n")));

        ObjectProperties put = await bucket.PutAsync("compressed", plain, Text);
        await bucket.CopyAsync("compressed", "compressed/copy");

        Assert.That((put.Size, put.ContentEncoding), Is.EqualTo(((long)plain.Length, (string?)null)));
        Assert.That(await ReadAsync(bucket, "compressed"), Is.EqualTo(plain));
        Assert.That(await ReadAsync(bucket, "compressed/copy", ByteRange.From(0, plain.Length)), Is.EqualTo(plain));
        await StorageAssert.FailsAsync(
            StorageErrorCode.NotSupported, () => ReadAsync(bucket, "compressed", ByteRange.From(1, 10)));
        ObjectProperties stored = await _stored.HeadAsync("compressed");
        Assert.That(stored.Size, Is.LessThan(plain.Length / 2));
        Assert.That((stored.ContentEncoding, stored.ContentType, stored.ETag), Is.EqualTo(("br", "text/plain", put.ETag)));
    }

    [Test]
    public async Task A_read_only_store_reads_and_changes_nothing()
    {
        ObjectProperties old = await _stored.PutAsync("kept", Payload.Bytes(1000));
        Bucket bucket = Decorate(static store => store.WithReadOnly());

        foreach (Func<Task> write in new Func<Task>[]
        {
            () => bucket.PutAsync("kept", new byte[1]),
            () => bucket.PutAsync("kept", new byte[PartSize + 1]),
            () => bucket.DeleteAsync("kept"),
            () => bucket.DeleteManyAsync(["kept"]),
            () => bucket.CopyAsync("kept", "other"),
            () => bucket.MoveAsync("kept", "other"),
            () => bucket.CreateMultipartUploadAsync("kept"),
        })
        {
            await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, write);
        }

        Assert.That(await ReadAsync(bucket, "kept", ByteRange.From(10, 20)), Is.EqualTo(Payload.Bytes(1000)[10..30]));
        Assert.That(await bucket.ListAsync().Select(static entry => entry.Key).ToListAsync(), Has.Member("kept").And.No.Member("other"));
        Assert.That((await _stored.HeadAsync("kept")).Revision, Is.EqualTo(old.Revision));
    }

    private static async Task<byte[]> ReadAsync(Bucket bucket, string key, ByteRange? range = null)
    {
        await using ObjectReader reader = await bucket.GetAsync(key, new GetOptions { Range = range });
        return await reader.ReadAllAsync();
    }

    private Bucket Decorate(Func<ObjectStoreBuilder, ObjectStoreBuilder> decorate)
    {
        var services = new ServiceCollection();
        decorate(services.AddBleepStore().Configure(static options => options.PartSize = PartSize))
            .UseBackend<NoOptions>((_, _) => new UnownedBackend(_store.GetService<StorageBackend>()!));
        ServiceProvider provider = services.BuildServiceProvider();
        lock (_providers)
        {
            _providers.Add(provider);
        }

        return provider.GetRequiredService<ObjectStore>().GetBucket(_stored.Name);
    }

    private sealed class NoOptions;
}
