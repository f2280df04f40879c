using BleepStore.Storage.Gcp.Tests.Support;

namespace BleepStore.Storage.Gcp.Tests.Wire;

/// <summary>Tests keys that take three times as much space in a URL as in a name, because the SDK can send a long GET as a POST.</summary>
public sealed class LongKeyTests
{
    private static readonly string Key = new('€', 240);

    [TestCase(GcpBucketMapping.SharedContainer)]
    [TestCase(GcpBucketMapping.ContainerPerBucket)]
    public async Task A_key_whose_URL_is_long_is_stored_read_copied_and_listed_as_any_other(GcpBucketMapping mapping)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = await served.Open(o =>
        {
            o.BucketMapping = mapping;
            if (mapping == GcpBucketMapping.ContainerPerBucket)
            {
                (o.Bucket, o.ProjectId) = (null, "project");
            }
        }).CreateBucketAsync("bucket");

        await bucket.PutAsync(Key, "bytes"u8.ToArray());

        Assert.That(await bucket.ExistsAsync(Key), Is.True);
        Assert.That(await ReadAsync(bucket, Key), Is.EqualTo("bytes"u8.ToArray()));
        await bucket.CopyAsync(new ObjectAddress("bucket", Key), Key + "€");
        Assert.That(await ReadAsync(bucket, Key + "€"), Is.EqualTo("bytes"u8.ToArray()));
        Assert.That(await KeysAsync(bucket, new ListOptions { Prefix = Key }), Is.EqualTo(new[] { Key, Key + "€" }));
        Assert.That(await KeysAsync(bucket, new ListOptions { Prefix = Key, StartAfter = Key }), Is.EqualTo(new[] { Key + "€" }));
        await bucket.DeleteAsync(Key);
        Assert.That(await bucket.ExistsAsync(Key), Is.False);
    }

    private static async Task<byte[]> ReadAsync(Bucket bucket, string key)
    {
        await using ObjectReader reader = await bucket.GetAsync(key);
        return await reader.ReadAllAsync();
    }

    private static async Task<List<string>> KeysAsync(Bucket bucket, ListOptions options) =>
        await bucket.ListAsync(options).Select(static entry => entry.Key).ToListAsync();
}
