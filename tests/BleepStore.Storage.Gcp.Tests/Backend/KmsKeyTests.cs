using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;
using Google.Cloud.Storage.V1;

namespace BleepStore.Storage.Gcp.Tests.Backend;

public sealed class KmsKeyTests
{
    private const int MiB = 1024 * 1024;
    private const string Key = "projects/project/locations/europe/keyRings/ring/cryptoKeys/key";

    [Test]
    public async Task Whatever_stores_bytes_names_the_key()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Open(static o => o.KmsKeyName = Key).GetBucket("bucket");

        await bucket.PutAsync("small", "bytes"u8.ToArray());
        await bucket.PutAsync("large", new byte[11 * MiB]);
        await bucket.CopyAsync(new ObjectAddress("bucket", "large"), "copy");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("parts");
        PartInfo[] parts =
        [
            await upload.UploadPartAsync(1, new byte[MiB]),
            await upload.CopyPartAsync(2, new ObjectAddress("bucket", "large")),
            await upload.CopyPartAsync(3, new ObjectAddress("bucket", "large"), ByteRange.From(1, 10)),
        ];
        await upload.CompleteAsync(parts);

        RequestRecord[] writes = [.. served.Server.Requests.Records.Where(static record => record.Operation.StartsWith("objects.insert", StringComparison.Ordinal) || record.Operation is "objects.compose" or "objects.rewrite")];
        Assert.That(writes.Select(static record => record.Operation).Distinct(), Is.EquivalentTo(new[] { "objects.insert multipart", "objects.compose", "objects.rewrite" }));
        Assert.That(writes.Select(static record => record.Query.GetValueOrDefault(record.Operation == "objects.rewrite" ? "destinationKmsKeyName" : "kmsKeyName")), Has.All.EqualTo(Key));
        foreach (string name in new[] { "small", "large", "copy", "parts" })
        {
            Assert.That(await KeyOfAsync(served, $"bucket/{name}"), Is.EqualTo(Key), name);
        }
    }

    [Test]
    public async Task Without_a_key_none_is_named()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Store.GetBucket("bucket");

        await bucket.PutAsync("small", "bytes"u8.ToArray());

        Assert.That(await KeyOfAsync(served, "bucket/small"), Is.Null);
    }

    private static async Task<string?> KeyOfAsync(ServedStore served, string name) =>
        (await served.Store.GetService<StorageClient>()!.GetObjectAsync(ServedStore.Container, name)).KmsKeyName;
}
