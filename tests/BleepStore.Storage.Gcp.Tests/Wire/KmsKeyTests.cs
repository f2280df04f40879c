using System.Text;
using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;
using Google.Cloud.Storage.V1;

namespace BleepStore.Storage.Gcp.Tests.Wire;

public sealed class KmsKeyTests
{
    private const int MiB = 1024 * 1024;
    private const string EncryptedContainer = "encrypted";
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

        RequestRecord[] writes = [.. served.Server.Requests.Records.Where(static record => record.Operation.StartsWith(
            "objects.insert", StringComparison.Ordinal) || record.Operation is "objects.compose" or "objects.rewrite")];
        Assert.That(
            writes.Select(static record => record.Operation).Distinct(),
            Is.EquivalentTo(new[] { "objects.insert multipart", "objects.compose", "objects.rewrite" }));
        Assert.That(writes.Select(static record => record.Query.GetValueOrDefault(
            record.Operation == "objects.rewrite" ? "destinationKmsKeyName" : "kmsKeyName")), Has.All.EqualTo(Key));
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

    /// <summary>Listings of objects under a customer-managed key have no hashes.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public async Task An_upload_is_completed_by_what_its_parts_list(bool isKeyOfBucket)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = (await OpenAsync(served, isKeyOfBucket)).GetBucket("bucket");
        await bucket.PutAsync("source", new byte[MiB]);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("object");
        PartInfo[] parts =
        [
            await upload.UploadPartAsync(1, "part"u8.ToArray()),
            await upload.CopyPartAsync(2, new ObjectAddress("bucket", "source")),
            await upload.CopyPartAsync(3, new ObjectAddress("bucket", "source"), ByteRange.From(1, 10)),
        ];

        Assert.That(await upload.ListPartsAsync().ToListAsync(), Is.EqualTo(parts));
        ObjectProperties made = await upload.CompleteAsync(await upload.ListPartsAsync().ToListAsync());

        Assert.That(made.Size, Is.EqualTo(4 + MiB + 10));
        Assert.That(made.ETag, Does.EndWith("-3"));
        Assert.That(await KeyOfAsync(served, isKeyOfBucket ? EncryptedContainer : ServedStore.Container, "bucket/object"), Is.EqualTo(Key));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Listed_ETags_are_those_of_the_objects(bool isKeyOfBucket)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = (await OpenAsync(served, isKeyOfBucket)).GetBucket("bucket");
        string[] keys = ["first", "second", "large", "copy", "copy of large"];
        await bucket.PutAsync(
            keys[0], "bytes"u8.ToArray(), new PutOptions { Metadata = new Dictionary<string, string> { ["name"] = "value" } });
        await bucket.PutAsync(keys[1], "more"u8.ToArray());
        await bucket.PutAsync(keys[2], new byte[11 * MiB]);
        await bucket.CopyAsync(new ObjectAddress("bucket", keys[0]), keys[3]);
        await bucket.CopyAsync(new ObjectAddress("bucket", keys[2]), keys[4]);

        Dictionary<string, string> listed = await bucket.ListAsync().ToDictionaryAsync(
            static entry => entry.Key, static entry => entry.ETag);

        Assert.That(listed.Keys, Is.EquivalentTo(keys));
        foreach (string key in keys)
        {
            ObjectProperties properties = await bucket.HeadAsync(key);
            Assert.That(listed[key], Is.EqualTo(properties.ETag), key);
            Assert.That(properties.Metadata.Keys, key is "first" or "copy" ? Is.EqualTo(new[] { "name" }) : Is.Empty, key);
        }

        Assert.That(listed["first"], Is.EqualTo("4b3a6218bb3e3a7303e8a171a60fcf92"));
    }

    [Test]
    public async Task That_the_upstream_bucket_encrypts_is_learnt_at_the_price_of_one_request()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = (await OpenAsync(served, isKeyOfBucket: true)).GetBucket("bucket");
        served.Server.Requests.Clear();

        await bucket.PutAsync("first", new byte[1]);
        await bucket.PutAsync("second", new byte[1]);

        Assert.That(served.Server.Requests.Operations, Is.EqualTo(
            new[] { "objects.insert multipart", "objects.patch", "objects.insert multipart" }));
    }

    private static async Task<ObjectStore> OpenAsync(ServedStore served, bool isKeyOfBucket)
    {
        if (!isKeyOfBucket)
        {
            return served.Open(static o => o.KmsKeyName = Key);
        }

        using var http = new HttpClient();
        using var body = new StringContent(
            $$$"""{"name":"{{{EncryptedContainer}}}","encryption":{"defaultKmsKeyName":"{{{Key}}}"}}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await http.PostAsync(new Uri(served.Server.BaseUri, "storage/v1/b?project=project"), body);
        answer.EnsureSuccessStatusCode();
        return served.Open(static o => o.Bucket = EncryptedContainer);
    }

    private static Task<string?> KeyOfAsync(ServedStore served, string name) => KeyOfAsync(served, ServedStore.Container, name);

    private static async Task<string?> KeyOfAsync(ServedStore served, string container, string name) =>
        (await served.Store.GetService<StorageClient>()!.GetObjectAsync(container, name)).KmsKeyName;
}
