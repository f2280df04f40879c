using System.Security.Cryptography;
using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Copies;

public sealed class CopiesOnAzuriteTests
{
    private const long MiB = 1024 * 1024;

    private static readonly ObjectAddress Source = new("bucket", "source");

    private static readonly KeyCase[] OddKeys =
    [
        .. KeyCatalogue.Valid.Where(static one => one.Key.Any(static c => !char.IsAsciiLetterOrDigit(c) && c is not '/' and not '.')),
    ];

    /// <summary>How the store is let in. Tokens are in <see cref="Wire.OAuthTests"/>, because they need https.</summary>
    public enum Access
    {
        Key,
        Sas,
        SasInConnectionString,
        ClientWithKey,
        ClientWithSasInAddress,
    }

    [Test]
    public async Task A_copy_of_an_empty_object_onto_itself_does_not_replace_what_another_writer_has_put_meanwhile()
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync();
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        await bucket.PutAsync("source", Array.Empty<byte>());
        byte[] other = Payload.Bytes(1024);
        var policy = new InterruptingPolicy();
        await using EmulatedStore slow = emulated.OpenAnother(policy.AddTo);
        policy.Before(async sent =>
        {
            if (sent.Kind == "PUT blocklist")
            {
                await bucket.PutAsync("source", other);
            }
        });

        await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => slow.Store.GetBucket("bucket")
            .CopyAsync(Source, "source", new CopyOptions { Attributes = new ObjectAttributes { ContentType = "x/y" } }));

        await using ObjectReader reader = await bucket.GetAsync("source");
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(other));
    }

    [Test]
    public async Task A_copy_of_300_MiB_goes_by_three_blocks_and_no_byte_of_it_through_the_client()
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync();
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        byte[] chunk = RandomNumberGenerator.GetBytes((int)(20 * MiB) - 1);
        await using var content = new RepeatedStream(chunk, 300 * MiB);
        ObjectProperties source = await bucket.PutAsync(
            "source",
            content,
            new PutOptions { ContentType = "image/png", Metadata = new Dictionary<string, string> { ["owner"] = "me" } });
        emulated.Wire.Clear();

        ObjectProperties copy = await bucket.CopyAsync(Source, "copy");

        Assert.That(emulated.Wire.Kinds, Is.EqualTo(
            new[] { "HEAD", "PUT from url", "PUT block from url", "PUT block from url", "PUT block from url", "PUT blocklist" }));
        Assert.That(
            emulated.Wire.Sent.Skip(2).Take(3).Select(static sent => sent.Header("x-ms-source-range")),
            Is.EquivalentTo(new[] { "bytes=0-134217727", "bytes=134217728-268435455", "bytes=268435456-314572799" }));
        Assert.That(emulated.Wire.ObjectBytesDown, Is.Zero);
        Assert.That(emulated.Wire.BytesUp, Is.LessThan(1000), "the list of three blocks");
        Assert.That((copy.Size, copy.ETag), Is.EqualTo((source.Size, source.ETag)));
        ObjectProperties head = await bucket.HeadAsync("copy");
        Assert.That(
            (head.ContentType, head.Metadata["owner"], head.ETag, head.Revision),
            Is.EqualTo(("image/png", "me", source.ETag, copy.Revision)));
        await using Stream read = (await bucket.GetAsync("copy")).Content;
        await using var expected = new RepeatedStream(chunk, 300 * MiB);
        Assert.That(await MD5.HashDataAsync(read), Is.EqualTo(await MD5.HashDataAsync(expected)));
    }

    [Test]
    public async Task Copies_and_copied_parts_of_odd_keys_arrive_whatever_lets_the_store_in([Values] Access access)
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync();
        await using ObjectStore store = Open(emulated.Account, access);
        Bucket bucket = await store.CreateBucketAsync("bucket");
        Bucket copies = await store.CreateBucketAsync("copies");

        foreach (KeyCase odd in OddKeys)
        {
            byte[] content = Payload.Text($"content of {odd.Key}");
            await bucket.PutAsync(odd.Key, content);
            var source = new ObjectAddress("bucket", odd.Key);

            await copies.CopyAsync(source, odd.Key);
            Assert.That(await ReadAsync(copies, odd.Key), Is.EqualTo(content), odd.Name);

            MultipartUpload upload = await copies.CreateMultipartUploadAsync(odd.Key);
            PartInfo whole = await upload.CopyPartAsync(1, source);
            await upload.CompleteAsync([whole]);
            Assert.That(await ReadAsync(copies, odd.Key), Is.EqualTo(content), $"{odd.Name}, as a part");
        }

        Assert.That(OddKeys, Has.Length.GreaterThan(30));
        Assert.That(await copies.ListAsync().CountAsync(), Is.EqualTo(OddKeys.Length));
    }

    [Test]
    public async Task Odd_keys_are_moved()
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync();
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");

        foreach (KeyCase odd in OddKeys.Where(static one => one.Key.Length < 500))
        {
            await bucket.PutAsync(odd.Key, Payload.Text(odd.Key));
            await bucket.MoveAsync(odd.Key, $"moved {odd.Key}");
            Assert.That(await ReadAsync(bucket, $"moved {odd.Key}"), Is.EqualTo(Payload.Text(odd.Key)), odd.Name);
            Assert.That(await bucket.ExistsAsync(odd.Key), Is.False, odd.Name);
        }
    }

    /// <summary>It uses a SAS of the container, because one of the account may not copy blocks in the emulator.</summary>
    private static ObjectStore Open(AzuriteAccount account, Access access)
    {
        BlobContainerClient container = account.Client().GetBlobContainerClient(EmulatedStore.ContainerName);
        string sas = container.GenerateSasUri(BlobContainerSasPermissions.All, TimeProvider.System.GetUtcNow().AddHours(1)).Query;
        var options = new AzureBackendOptions { Container = EmulatedStore.ContainerName, ConfigureClient = Configure };
        switch (access)
        {
            case Access.ClientWithKey:
                return AzureStore.Create(account.Client(), new AzureBackendOptions { Container = EmulatedStore.ContainerName });
            case Access.ClientWithSasInAddress:
                var clientOptions = new BlobClientOptions();
                Configure(clientOptions);
                return AzureStore.Create(
                    new BlobContainerClient(new Uri($"{account.Url}/{EmulatedStore.ContainerName}{sas}"), clientOptions));
            case Access.Sas:
                options.AccountUrl = account.Url;
                options.SasToken = sas;
                break;
            case Access.SasInConnectionString:
                options.ConnectionString = $"BlobEndpoint={account.Url};SharedAccessSignature={sas.TrimStart('?')}";
                break;
            default:
                options.ConnectionString = account.ConnectionString;
                break;
        }

        return AzureStore.Create(options);

        static void Configure(BlobClientOptions client) =>
            client.AddPolicy(NotImplementedPolicy.PutBlobFromUrl, HttpPipelinePosition.PerRetry);
    }

    private static async Task<byte[]> ReadAsync(Bucket bucket, string key)
    {
        await using ObjectReader reader = await bucket.GetAsync(key);
        return await reader.ReadAllAsync();
    }
}
