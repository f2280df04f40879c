using BleepStore.Storage.Decorators.Encryption;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Decorators.Encryption;

public class KeyRingTests
{
    private static readonly byte[] Old = Bytes.Of(32, 1);
    private static readonly byte[] New = Bytes.Of(32, 2);

    [Test]
    public async Task Old_objects_are_read_with_old_keys_and_new_ones_are_written_with_the_current_key()
    {
        ScriptedBackend upstream = Encrypted.Disk();
        byte[] plain = Bytes.Of(100);
        await Encrypted.Bucket(upstream, new KeyRing("2025", Old)).PutAsync("old", plain);
        using var rotated = new KeyRing("2026", new Dictionary<string, byte[]> { ["2025"] = Old, ["2026"] = New });
        Bucket bucket = Encrypted.Bucket(upstream, rotated);

        await bucket.PutAsync("new", plain);

        Assert.That(await Encrypted.ReadAsync(bucket, "old"), Is.EqualTo(plain));
        Assert.That(await Encrypted.ReadAsync(bucket, "new"), Is.EqualTo(plain));
        Assert.That(await Encrypted.ReadAsync(Encrypted.Bucket(upstream, new KeyRing("2026", New)), "new"), Is.EqualTo(plain));
    }

    [Test]
    public async Task A_key_that_is_not_there_is_AccessDenied_with_its_id_and_without_a_key()
    {
        ScriptedBackend upstream = Encrypted.Disk();
        await Encrypted.Bucket(upstream, new KeyRing("2025", Old)).PutAsync("k", Bytes.Of(100));

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.AccessDenied, () => Encrypted.ReadAsync(Encrypted.Bucket(upstream, new KeyRing("2026", New)), "k"));

        Assert.That(error.Message, Does.Contain("'2025'"));
        Assert.That(error.IsTransient, Is.False);
        Assert.That(error.ToString(), Does.Not.Contain(Convert.ToHexString(New)).IgnoreCase.And.Not.Contain(Convert.ToBase64String(New)));
    }

    [Test]
    public async Task Another_key_of_the_same_id_is_BadDigest()
    {
        ScriptedBackend upstream = Encrypted.Disk();
        await Encrypted.Bucket(upstream, new KeyRing("k", Old)).PutAsync("k", Bytes.Of(100));

        await Catch.CodeAsync(
            StorageErrorCode.BadDigest, () => Encrypted.ReadAsync(Encrypted.Bucket(upstream, new KeyRing("k", New)), "k"));
    }

    [TestCase(0)]
    [TestCase(16)]
    [TestCase(31)]
    [TestCase(33)]
    public void A_key_has_32_bytes(int size)
    {
        byte[] key = Bytes.Of(size);

        Assert.That(() => new KeyRing("k", key), Throws.ArgumentException.With.Message.Contains("'k'"));
        Assert.That(() => KeyRing.FromBase64("k", [new("k", Convert.ToBase64String(key))]), Throws.ArgumentException);
    }

    [TestCase("")]
    [TestCase("a b")]
    [TestCase("a\n")]
    [TestCase("ä")]
    public void A_key_id_is_printable_ASCII(string id) => Assert.That(() => new KeyRing(id, Old), Throws.ArgumentException);

    [Test]
    public void A_key_id_has_at_most_128_characters_and_a_wrapped_key_at_most_512_bytes()
    {
        Assert.That(() => new KeyRing(new string('k', 129), Old), Throws.ArgumentException);
        Assert.That(() => new KeyRing(new string('k', 128), Old), Throws.Nothing);
        Assert.That(() => new DataKey("k", Old, new byte[513]), Throws.ArgumentException);
        Assert.That(() => new DataKey("k", Old, new byte[512]), Throws.Nothing);
    }

    [Test]
    public void What_is_no_ring_is_refused_without_a_key_in_the_message()
    {
        Assert.That(
            () => new KeyRing("c", new Dictionary<string, byte[]> { ["a"] = Old }), Throws.ArgumentException.With.Message.Contains("'c'"));
        Assert.That(
            () => KeyRing.FromBase64("a", new Dictionary<string, string> { ["a"] = "no Base64 secret" }),
            Throws.ArgumentException.With.Message.Contains("'a'").And.Message.Not.Contains("secret"));
        Assert.That(() => KeyRing.FromBase64("a", [new("a", null!)]), Throws.ArgumentException);
        Assert.That(() => new KeyRing(null!, Old), Throws.ArgumentNullException);
    }

    [Test]
    public async Task A_ring_that_is_disposed_encrypts_nothing()
    {
        var ring = new KeyRing("k", Old);
        Bucket bucket = Encrypted.Bucket(Encrypted.Disk(), ring);
        DataKey before = await ring.GetCurrentKeyAsync();

        ring.Dispose();

        Assert.That(before.Key.SequenceEqual(Old), Is.True, "a copy of the caller's own");
        await Catch.AsyncAs<ObjectDisposedException>(() => bucket.PutAsync("k", Bytes.Of(10)));
        before.Dispose();
        Assert.That(() => before.Key.Length, Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Neither_a_ring_nor_a_key_prints_a_key()
    {
        using var ring = KeyRing.FromBase64(
            "a", new Dictionary<string, string> { ["a"] = Convert.ToBase64String(Old), ["b"] = Convert.ToBase64String(New) });
        using DataKey key = await ring.GetKeyAsync("b", default);

        Assert.That(ring.ToString(), Is.EqualTo("KeyRing a of a, b"));
        Assert.That(key.ToString(), Is.EqualTo("DataKey b"));
    }

    [Test]
    public async Task A_ring_can_wrap_data_keys_and_each_object_keeps_its_own()
    {
        var ring = new WrappingRing();
        ScriptedBackend upstream = Encrypted.Disk();
        Bucket bucket = Encrypted.Bucket(upstream, ring);
        byte[] plain = Bytes.Of(200_000);
        await bucket.PutAsync("a", plain);
        await bucket.PutAsync("b", plain);

        Assert.That(await Encrypted.ReadAsync(bucket, "a"), Is.EqualTo(plain));
        Assert.That(await Encrypted.ReadAsync(bucket, "b", ByteRange.Suffix(10)), Is.EqualTo(plain[^10..]));

        ObjectHeader a = ObjectHeader.Parse(await Encrypted.StoredAsync(upstream, "a"))!;
        ObjectHeader b = ObjectHeader.Parse(await Encrypted.StoredAsync(upstream, "b"))!;
        Assert.That((a.KeyId, a.WrappedKey.Length), Is.EqualTo(("arn:master", 48)));
        Assert.That(a.WrappedKey.Span.SequenceEqual(b.WrappedKey.Span), Is.False);
    }

    [Test]
    public async Task What_a_ring_throws_becomes_a_StorageException_that_names_the_key()
    {
        ScriptedBackend upstream = Encrypted.Disk();
        await Encrypted.Bucket(upstream).PutAsync("k", Bytes.Of(10));

        StorageException missing = await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => Read(new KeyNotFoundException()));
        StorageException failed = await Catch.CodeAsync(StorageErrorCode.InternalError, () => Read(new TimeoutException("secret")));
        StorageException own = await Catch.CodeAsync(
            StorageErrorCode.ServiceUnavailable,
            () => Read(new StorageException(StorageErrorCode.ServiceUnavailable, "The service is down.")));
        using var cancel = new CancellationTokenSource();
        await Catch.AsyncAs<OperationCanceledException>(
            () => Encrypted.Bucket(upstream, new CancelledRing(cancel)).GetAsync("k", options: null, cancel.Token));
        StorageException put = await Catch.CodeAsync(
            StorageErrorCode.InternalError,
            () => Encrypted.Bucket(upstream, new FailingRing(new TimeoutException())).PutAsync("new", Bytes.Of(10)));

        Assert.That(missing.Message, Does.Contain("'test'"));
        Assert.That(failed.Message, Does.Contain("'test'").And.Contain(nameof(TimeoutException)).And.Not.Contain("secret"));
        Assert.That(own.IsTransient, Is.True);
        Assert.That(put.IsOutcomeUnknown, Is.False);
        Assert.That(await Encrypted.Bucket(upstream).ExistsAsync("new"), Is.False);

        Task<byte[]> Read(Exception thrown) => Encrypted.ReadAsync(Encrypted.Bucket(upstream, new FailingRing(thrown)), "k");
    }

    [Test]
    public async Task A_check_of_the_store_asks_for_the_current_key()
    {
        await using var store = ObjectStore.Create(Encrypted.Over(Encrypted.Disk(), new FailingRing(new TimeoutException())));

        await Catch.CodeAsync(StorageErrorCode.InternalError, () => store.CheckAsync());
    }

    /// <summary>Stands for a key management service, and wraps by a mask.</summary>
    private sealed class WrappingRing : IKeyRing
    {
        private int _made;

        public ValueTask<DataKey> GetCurrentKeyAsync(CancellationToken cancellationToken = default)
        {
            byte[] key = Bytes.Of(32, ++_made);
            return new ValueTask<DataKey>(new DataKey("arn:master", key, [.. Bytes.Of(16), .. Mask(key)]));
        }

        public ValueTask<DataKey> GetKeyAsync(
            string keyId, ReadOnlyMemory<byte> wrappedKey, CancellationToken cancellationToken = default) =>
            new(new DataKey(keyId, Mask(wrappedKey[16..].ToArray()), wrappedKey.Span));

        private static byte[] Mask(byte[] key) => [.. key.Select(static one => (byte)(one ^ 0x5A))];
    }

    private sealed class FailingRing(Exception thrown) : IKeyRing
    {
        public ValueTask<DataKey> GetCurrentKeyAsync(CancellationToken cancellationToken = default) => throw thrown;

        public ValueTask<DataKey> GetKeyAsync(
            string keyId, ReadOnlyMemory<byte> wrappedKey, CancellationToken cancellationToken = default) => throw thrown;
    }

    private sealed class CancelledRing(CancellationTokenSource cancel) : IKeyRing
    {
        public ValueTask<DataKey> GetCurrentKeyAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public async ValueTask<DataKey> GetKeyAsync(
            string keyId, ReadOnlyMemory<byte> wrappedKey, CancellationToken cancellationToken = default)
        {
            await cancel.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            throw new InvalidOperationException("The token did not arrive.");
        }
    }
}
