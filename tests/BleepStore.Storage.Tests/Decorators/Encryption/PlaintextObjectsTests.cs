using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Decorators.Encryption;

/// <summary>Objects that were there before the encryption, or that others have put.</summary>
public class PlaintextObjectsTests
{
    private static readonly int[] Sizes = [0, 5, 767, 768, 5000, 300_000];

    [Test]
    public async Task By_default_they_are_refused([ValueSource(nameof(Sizes))] int size)
    {
        ScriptedBackend upstream = Encrypted.Cloud();
        await Encrypted.PlantAsync(upstream, "plain", Bytes.Of(size));
        Bucket bucket = Encrypted.Bucket(upstream);

        StorageException error = await Catch.CodeAsync(StorageErrorCode.BadDigest, () => Encrypted.ReadAsync(bucket, "plain"));
        StorageException ranged = await Catch.CodeAsync(
            StorageErrorCode.BadDigest, () => Encrypted.ReadAsync(bucket, "plain", ByteRange.From(0, 1)));
        await Catch.CodeAsync(StorageErrorCode.BadDigest, () => Encrypted.ReadAsync(bucket, "plain", ByteRange.Suffix(1)));

        Assert.That(error.Message, Does.Contain(nameof(EncryptionOptions.PlaintextObjects)));
        Assert.That(ranged.InnerException, size == 0 ? Is.InstanceOf<StorageException>() : Is.Null, "an empty object has no beginning");
        Assert.That(await bucket.ExistsAsync("plain"), Is.True);
        await bucket.DeleteAsync("plain");
        Assert.That(await bucket.ExistsAsync("plain"), Is.False, "they can be deleted");
    }

    [Test]
    public async Task They_pass_through_where_that_is_asked_for([ValueSource(nameof(Sizes))] int size)
    {
        ScriptedBackend upstream = Encrypted.Cloud();
        byte[] plain = Bytes.Of(size);
        await Encrypted.PlantAsync(upstream, "plain", plain);
        Bucket bucket = Encrypted.Bucket(upstream, plaintext: PlaintextObjects.PassThrough);
        await bucket.PutAsync("encrypted", plain);

        foreach (string key in new[] { "plain", "encrypted" })
        {
            Assert.That(await Encrypted.ReadAsync(bucket, key), Is.EqualTo(plain), key);
            Assert.That((await bucket.HeadAsync(key)).Size, Is.EqualTo(size), key);
            ObjectProperties copied = await bucket.CopyAsync(new ObjectAddress(Stores.Bucket, key), "copy");
            Assert.That(copied.Size, Is.EqualTo(size), key);
            Assert.That(await Encrypted.ReadAsync(bucket, "copy"), Is.EqualTo(plain), key);
            if (size > 0)
            {
                Assert.That(await Encrypted.ReadAsync(bucket, key, ByteRange.Suffix(3)), Is.EqualTo(plain[^3..]), key);
                Assert.That(await Encrypted.ReadAsync(bucket, key, ByteRange.From(1, 3)), Is.EqualTo(plain[1..4]), key);
            }

            StorageException error = await Catch.CodeAsync(
                StorageErrorCode.InvalidRange, () => Encrypted.ReadAsync(bucket, key, ByteRange.From(size)));
            Assert.That(error.ObjectSize, Is.EqualTo(size), key);
        }
    }

    [Test]
    public async Task A_large_one_is_copied_by_parts_as_it_is()
    {
        ScriptedBackend upstream = Encrypted.Cloud();
        upstream.Can(static can => can with { MaxCopySize = 200_000 });
        byte[] plain = Bytes.Of(500_000);
        await Encrypted.PlantAsync(upstream, "plain", plain);
        Bucket bucket = Encrypted.Bucket(upstream, plaintext: PlaintextObjects.PassThrough);

        await bucket.CopyAsync(new ObjectAddress(Stores.Bucket, "plain"), "copy");

        Assert.That(await Encrypted.StoredAsync(upstream, "copy"), Is.EqualTo(plain));
    }

    [Test]
    public async Task A_head_of_an_object_that_is_replaced_meanwhile_is_of_one_of_them()
    {
        ScriptedBackend upstream = Encrypted.Cloud();
        byte[] plain = Bytes.Of(100);
        Bucket bucket = Encrypted.Bucket(upstream, plaintext: PlaintextObjects.PassThrough);
        await bucket.PutAsync("k", plain);
        bool replaces = true;
        upstream.Head = async (request, token) =>
        {
            var found = await upstream.Real.HeadAsync(request, token);
            if (replaces)
            {
                replaces = false;
                await Encrypted.PlantAsync(upstream, "k", Bytes.Of(900));
            }

            return found;
        };

        Assert.That((await bucket.HeadAsync("k")).Size, Is.EqualTo(900));
    }

    /// <summary>
    /// The store is moved to encryption while it is read. The object is not encrypted at the first read, and later it is.
    /// </summary>
    [TestCase(0, false)]
    [TestCase(900, false)]
    [TestCase(900, true)]
    public async Task An_object_that_is_encrypted_between_two_requests_is_never_read_as_it_is_stored(int size, bool isRange)
    {
        ScriptedBackend upstream = Encrypted.Cloud();
        byte[] plain = Bytes.Of(300_000);
        Bucket bucket = Encrypted.Bucket(upstream, plaintext: PlaintextObjects.PassThrough);
        await Encrypted.PlantAsync(upstream, "k", Bytes.Of(size));
        bool replaces = true;
        upstream.Get = async (request, token) =>
        {
            try
            {
                return await upstream.Real.GetAsync(request, token);
            }
            finally
            {
                if (replaces)
                {
                    replaces = false;
                    await bucket.PutAsync("k", plain, cancellationToken: CancellationToken.None);
                }
            }
        };

        byte[] read = isRange ? await Encrypted.ReadAsync(bucket, "k", ByteRange.From(10, 100)) : await Encrypted.ReadAsync(bucket, "k");

        Assert.That(read, Is.EqualTo(isRange ? plain[10..110] : plain));
    }
}
