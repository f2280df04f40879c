using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Decorators.Encryption;

/// <summary>Tests that a writer with access to the upstream cannot make a reader accept other bytes for an object.</summary>
public class TamperingTests
{
    private const StorageErrorCode Damaged = StorageErrorCode.BadDigest;

    [Test]
    public async Task Every_bit_of_a_small_object_counts()
    {
        ScriptedBackend upstream = Encrypted.Disk();
        byte[] plain = Bytes.Of(40);
        await Encrypted.Bucket(upstream).PutAsync("k", plain);
        byte[] stored = await Encrypted.StoredAsync(upstream, "k");
        Assert.That(stored, Has.Length.EqualTo(840));
        Bucket bucket = Encrypted.Bucket(upstream);

        for (int bit = 0; bit < stored.Length * 8; bit++)
        {
            byte[] changed = [.. stored];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            await Encrypted.PlantAsync(upstream, "k", changed);
            StorageException error = await Catch.AsyncAs<StorageException>(() => Encrypted.ReadAsync(bucket, "k"));
            Assert.That(error.Code, Is.AnyOf(Codes(bit / 8)), $"bit {bit}: {error.Message}");
        }

        await Encrypted.PlantAsync(upstream, "k", stored);
        Assert.That(await Encrypted.ReadAsync(bucket, "k"), Is.EqualTo(plain));
    }

    [Test]
    public async Task Every_bit_of_an_empty_object_counts()
    {
        ScriptedBackend upstream = Encrypted.Disk();
        await Encrypted.Bucket(upstream).PutAsync("k", Array.Empty<byte>());
        byte[] stored = await Encrypted.StoredAsync(upstream, "k");
        Bucket bucket = Encrypted.Bucket(upstream);

        for (int bit = 0; bit < stored.Length * 8; bit++)
        {
            byte[] changed = [.. stored];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            await Encrypted.PlantAsync(upstream, "k", changed);
            StorageException error = await Catch.AsyncAs<StorageException>(() => bucket.GetAsync("k"));
            Assert.That(error.Code, Is.AnyOf(Codes(bit / 8)), $"bit {bit}: {error.Message}");
        }
    }

    [TestCase(0)]
    [TestCase(40)]
    public async Task An_object_that_was_cut_anywhere_is_damaged(int size)
    {
        ScriptedBackend upstream = Encrypted.Disk();
        await Encrypted.Bucket(upstream).PutAsync("k", Bytes.Of(size));
        byte[] stored = await Encrypted.StoredAsync(upstream, "k");
        Bucket bucket = Encrypted.Bucket(upstream);

        for (int length = 0; length < stored.Length; length++)
        {
            await Encrypted.PlantAsync(upstream, "k", stored[..length]);
            await Catch.CodeAsync(Damaged, () => Encrypted.ReadAsync(bucket, "k"));
        }
    }

    [Test]
    public async Task An_object_of_several_chunks_that_was_cut_at_or_near_a_chunk_is_damaged([Values(0, 100)] int rest)
    {
        ScriptedBackend upstream = Encrypted.Disk();
        await Encrypted.Bucket(upstream).PutAsync("k", Bytes.Of((2 * Encrypted.Chunk) + rest));
        byte[] stored = await Encrypted.StoredAsync(upstream, "k");
        Bucket bucket = Encrypted.Bucket(upstream);

        foreach (int at in new[]
        {
            Encrypted.Header, Encrypted.Header + Encrypted.StoredChunk, Encrypted.Header + (2 * Encrypted.StoredChunk), stored.Length,
        })
        {
            foreach (int length in new[] { at - 33, at - 32, at - 1, at, at + 1, at + 32, at + 33 }.Where(length => length < stored.Length))
            {
                await Encrypted.PlantAsync(upstream, "k", stored[..length]);
                await Catch.CodeAsync(Damaged, () => Encrypted.ReadAsync(bucket, "k"));
            }
        }
    }

    [Test]
    public async Task Bytes_behind_the_end_are_damage(
        [Values(0, 40, Encrypted.Chunk)] int size, [Values(1, 32, 100, Encrypted.StoredChunk)] int more)
    {
        ScriptedBackend upstream = Encrypted.Disk();
        await Encrypted.Bucket(upstream).PutAsync("k", Bytes.Of(size));
        byte[] stored = await Encrypted.StoredAsync(upstream, "k");

        await Encrypted.PlantAsync(upstream, "k", [.. stored, .. Bytes.Of(more)]);

        await Catch.CodeAsync(Damaged, () => Encrypted.ReadAsync(Encrypted.Bucket(upstream), "k"));
    }

    [Test]
    public async Task Chunks_that_were_moved_left_out_or_repeated_are_damage()
    {
        ScriptedBackend upstream = Encrypted.Disk();
        byte[] plain = Bytes.Of((3 * Encrypted.Chunk) + 500);
        await Encrypted.Bucket(upstream).PutAsync("k", plain);
        byte[] stored = await Encrypted.StoredAsync(upstream, "k");
        byte[][] chunks = Encrypted.Chunks(stored);
        Bucket bucket = Encrypted.Bucket(upstream);
        byte[][][] wrong =
        [
            [chunks[1], chunks[0], chunks[2], chunks[3]],
            [chunks[0], chunks[2], chunks[3]],
            [chunks[0], chunks[1], chunks[2]],
            [chunks[3]],
            [chunks[0], chunks[0], chunks[1], chunks[2], chunks[3]],
            [chunks[0], chunks[1], chunks[2], chunks[3], chunks[3]],
            [chunks[0], chunks[1], chunks[1], chunks[3]],
        ];

        foreach (byte[][] order in wrong)
        {
            await Encrypted.PlantAsync(upstream, "k", Encrypted.Join(stored, order));
            await Catch.CodeAsync(Damaged, () => Encrypted.ReadAsync(bucket, "k"));
        }

        await Encrypted.PlantAsync(upstream, "k", Encrypted.Join(stored, chunks));
        Assert.That(await Encrypted.ReadAsync(bucket, "k"), Is.EqualTo(plain));
    }

    [Test]
    public async Task A_chunk_or_a_header_of_another_object_under_the_same_key_is_damage()
    {
        ScriptedBackend upstream = Encrypted.Disk();
        byte[] plain = Bytes.Of((2 * Encrypted.Chunk) + 500);
        await Encrypted.Bucket(upstream).PutAsync("a", plain);
        await Encrypted.Bucket(upstream).PutAsync("b", plain);
        byte[] a = await Encrypted.StoredAsync(upstream, "a");
        byte[] b = await Encrypted.StoredAsync(upstream, "b");
        Bucket bucket = Encrypted.Bucket(upstream);

        for (int at = 0; at < 3; at++)
        {
            byte[][] mixed = Encrypted.Chunks(a);
            mixed[at] = Encrypted.Chunks(b)[at];
            await Encrypted.PlantAsync(upstream, "a", Encrypted.Join(a, mixed));
            await Catch.CodeAsync(Damaged, () => Encrypted.ReadAsync(bucket, "a"));
        }

        await Encrypted.PlantAsync(upstream, "a", Encrypted.Join(b, Encrypted.Chunks(a)));
        await Catch.CodeAsync(Damaged, () => Encrypted.ReadAsync(bucket, "a"));

        // The key of an object is not bound, so that copies on the server work.
        await Encrypted.PlantAsync(upstream, "a", b);
        Assert.That(await Encrypted.ReadAsync(bucket, "a"), Is.EqualTo(plain));
    }

    [Test]
    public async Task Damage_in_the_middle_shows_before_a_byte_of_its_chunk_is_handed_out([Values(7, 1000, 300_000)] int step)
    {
        ScriptedBackend upstream = Encrypted.Disk();
        byte[] plain = Bytes.Of(3 * Encrypted.Chunk);
        await Encrypted.Bucket(upstream).PutAsync("k", plain);
        byte[] stored = await Encrypted.StoredAsync(upstream, "k");
        stored[Encrypted.Header + Encrypted.StoredChunk + 30_000] ^= 1;
        await Encrypted.PlantAsync(upstream, "k", stored);
        await using ObjectReader reader = await Encrypted.Bucket(upstream).GetAsync("k");
        var got = new MemoryStream();
        byte[] buffer = new byte[step];

        await Catch.CodeAsync(Damaged, async () =>
        {
            int count;
            while ((count = await reader.Content.ReadAsync(buffer)) > 0)
            {
                got.Write(buffer, 0, count);
            }
        });

        Assert.That(got.ToArray(), Is.EqualTo(plain[..Encrypted.Chunk]));
        await Catch.CodeAsync(Damaged, async () => await reader.Content.ReadExactlyAsync(buffer));
        Assert.That(
            await Encrypted.ReadAsync(Encrypted.Bucket(upstream), "k", ByteRange.From(0, 100)),
            Is.EqualTo(plain[..100]),
            "a chunk that is whole");
        Assert.That(
            await Encrypted.ReadAsync(Encrypted.Bucket(upstream), "k", ByteRange.Suffix(100)),
            Is.EqualTo(plain[^100..]),
            "a chunk that is whole");
        await Catch.CodeAsync(Damaged, () => Encrypted.ReadAsync(Encrypted.Bucket(upstream), "k", ByteRange.From(Encrypted.Chunk, 1)));
    }

    [Test]
    public async Task A_read_that_reaches_the_end_verifies_the_end_before_the_last_byte()
    {
        ScriptedBackend upstream = Encrypted.Disk();
        byte[] plain = Bytes.Of(2 * Encrypted.Chunk);
        await Encrypted.Bucket(upstream).PutAsync("k", plain);
        byte[] stored = await Encrypted.StoredAsync(upstream, "k");
        stored[^1] ^= 1;
        await Encrypted.PlantAsync(upstream, "k", stored);
        byte[] exact = new byte[plain.Length];
        await using ObjectReader reader = await Encrypted.Bucket(upstream).GetAsync("k");

        await Catch.CodeAsync(Damaged, async () => await reader.Content.ReadExactlyAsync(exact));

        await Catch.CodeAsync(Damaged, () => Encrypted.ReadAsync(Encrypted.Bucket(upstream), "k", ByteRange.Suffix(1)));
        Assert.That(
            await Encrypted.ReadAsync(Encrypted.Bucket(upstream), "k", ByteRange.From(0, Encrypted.Chunk)),
            Is.EqualTo(plain[..Encrypted.Chunk]));
    }

    [Test]
    public async Task Parts_that_were_moved_left_out_repeated_or_taken_from_another_object_are_damage()
    {
        ScriptedBackend cloud = Encrypted.Cloud();
        Bucket bucket = Encrypted.Bucket(cloud);
        byte[] plain = Bytes.Of((3 * Encrypted.PartSize) + 10);
        await bucket.PutAsync("a", plain);
        await bucket.PutAsync("b", plain);
        Assert.That(cloud.Count("UploadPart"), Is.EqualTo(8));
        byte[] a = await Encrypted.StoredAsync(cloud, "a");
        byte[][] parts = [.. Encrypted.Chunks(a).Chunk(2).Select(static pair => pair.SelectMany(static chunk => chunk).ToArray())];
        byte[][] others = [.. Encrypted.Chunks(await Encrypted.StoredAsync(cloud, "b"))
            .Chunk(2)
            .Select(static pair => pair.SelectMany(static chunk => chunk).ToArray())];
        byte[][][] wrong =
        [
            [parts[1], parts[0], parts[2], parts[3]],
            [parts[0], parts[2], parts[3]],
            [parts[0], parts[1], parts[2]],
            [parts[0], parts[1], parts[1], parts[2], parts[3]],
            [parts[0], others[1], parts[2], parts[3]],
            [parts[0], parts[1], parts[2], others[3]],
        ];

        foreach (byte[][] order in wrong)
        {
            await Encrypted.PlantAsync(cloud, "a", Encrypted.Join(a, order));
            await Catch.CodeAsync(Damaged, () => Encrypted.ReadAsync(bucket, "a"));
        }

        await Encrypted.PlantAsync(cloud, "a", Encrypted.Join(a, parts));
        Assert.That(await Encrypted.ReadAsync(bucket, "a"), Is.EqualTo(plain));
    }

    [Test]
    public async Task Chunks_of_two_attempts_of_one_part_do_not_mix()
    {
        ScriptedBackend cloud = Encrypted.Cloud();
        var attempts = new List<byte[]>();
        cloud.UploadPart = async (request, token) =>
        {
            if (request.PartNumber == 1)
            {
                await using Stream content = request.Body.Open();
                var copy = new MemoryStream();
                await content.CopyToAsync(copy, token);
                attempts.Add(copy.ToArray());
            }

            return await cloud.Real.UploadPartAsync(request, token);
        };
        var encryption = Encrypted.Over(cloud);
        byte[] plain = Bytes.Of(Encrypted.PartSize);
        PartedWrite write = await encryption.BeginPartsAsync(
            new CreateUploadRequest
            {
                Bucket = Stores.Bucket,
                Key = "k",
                WriteToken = "token",
                Layout = new PartLayout(Encrypted.PartSize, Encrypted.PartSize),
            },
            CancellationToken.None);
        await write.SendAsync(1, StorageBody.FromBytes(plain), CancellationToken.None);
        PartInfo part = await write.SendAsync(1, StorageBody.FromBytes(plain), CancellationToken.None);
        await write.CompleteAsync([part], default, CancellationToken.None);
        byte[] stored = await Encrypted.StoredAsync(cloud, "k");
        Bucket bucket = Encrypted.Bucket(cloud);
        Assert.That(await Encrypted.ReadAsync(bucket, "k"), Is.EqualTo(plain));
        Assert.That(attempts[0], Is.Not.EqualTo(attempts[1]), "each attempt has a salt of its own");
        byte[][] chunks = Encrypted.Chunks(stored);
        byte[][] lost = Encrypted.Chunks(attempts[0]);

        foreach (byte[][] mixed in new byte[][][] { [lost[0], chunks[1], chunks[2]], [chunks[0], lost[1], chunks[2]] })
        {
            await Encrypted.PlantAsync(cloud, "k", Encrypted.Join(stored, mixed));
            await Catch.CodeAsync(Damaged, () => Encrypted.ReadAsync(bucket, "k"));
        }

        // A whole attempt can stand for another. Both have the bytes whose MD5 the core computed before it sent them.
        await Encrypted.PlantAsync(cloud, "k", Encrypted.Join(stored, [lost[0], lost[1], chunks[2]]));
        Assert.That(await Encrypted.ReadAsync(bucket, "k"), Is.EqualTo(plain));
    }

    /// <summary>The codes of a changed byte. Only where it makes another key id or another version can the code be another one.</summary>
    private static StorageErrorCode[] Codes(int at) => at switch
    {
        8 => [StorageErrorCode.NotSupported],
        12 or (>= 64 and < 192) => [Damaged, StorageErrorCode.AccessDenied],
        _ => [Damaged],
    };
}
