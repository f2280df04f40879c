using BleepStore.Storage.Gcp.Tests.Support;

namespace BleepStore.Storage.Gcp.Tests.Wire;

/// <summary>
/// Opaque strings that come back from callers can be anything. Whatever they are, they ask nothing of the service but what the call says.
/// </summary>
internal sealed class HostileStringsTests
{
    private const int Seed = 20261129;

    private static readonly string[] Chosen =
    [
        "1\r\nDELETE /storage/v1/b/container/o/bucket%2Fvictim HTTP/1.1\r\nHost: x\r\n\r\n",
        "1\n",
        "\r",
        "\0",
        "\"",
        "5\", \"6",
        "5&ifGenerationMatch=6",
        "5?alt=media",
        "5#",
        "../../victim",
        "..",
        ".",
        "/",
        "%2F",
        "%0d%0a",
        "٣",
        "é",
        "𝄞",
        "-1",
        "0",
        "1e3",
        " 5 ",
        "99999999999999999999999999", new string('9', 5000), new string('a', 100_000), "\uFEFF5", "\u202E5", "null", "*", "W/\"5\"",
    ];

    private static IEnumerable<string> Strings()
    {
        var random = new Random(Seed);
        return Chosen.Concat(Enumerable.Range(0, 150).Select(_ => string.Create(random.Next(1, 40), random, static (text, random) =>
        {
            for (int at = 0; at < text.Length; at++)
            {
                text[at] = (char)(random.Next(4) == 0 ? random.Next(0, 0xD800) : random.Next(0, 0x80));
            }
        })).Where(static text => !text.All(char.IsAsciiDigit)));
    }

    [Test]
    public async Task Nothing_but_what_was_asked_reaches_the_service()
    {
        await using ProxiedStore proxied = await ProxiedStore.StartAsync();
        await proxied.Served.Store.CreateBucketAsync("bucket");
        await proxied.Direct.PutAsync("victim", "victim"u8.ToArray());
        ObjectProperties victim = await proxied.Direct.HeadAsync("victim");
        await proxied.Direct.PutAsync("object", "object"u8.ToArray());
        ObjectProperties stored = await proxied.Direct.HeadAsync("object");
        proxied.Server.Requests.Clear();
        Bucket bucket = proxied.Bucket;

        foreach (string hostile in Strings())
        {
            await RefuseAsync(() => bucket.DeleteAsync("object", new DeleteOptions { IfRevision = hostile }));
            await RefuseAsync(() => bucket.DeleteAsync("object", new DeleteOptions { IfMatch = hostile == "*" ? "\"" : hostile }));
            await RefuseAsync(() => bucket.PutAsync("object", new byte[1], new PutOptions { IfRevision = hostile }));
            await RefuseAsync(
                () => bucket.CopyAsync(new ObjectAddress("bucket", "victim"), "object", new CopyOptions { SourceIfRevision = hostile }));
            await RefuseAsync(
                () => bucket.CopyAsync(new ObjectAddress("bucket", "victim"), "object", new CopyOptions { IfRevision = hostile }));
            await RefuseAsync(async () => await bucket.GetMultipartUpload("object", hostile).UploadPartAsync(1, new byte[1]));
            await RefuseAsync(() => bucket.GetMultipartUpload("object", hostile).AbortAsync());
            await RefuseAsync(() => bucket.GetMultipartUpload("victim", hostile).CompleteAsync([new PartInfo
            {
                PartNumber = 1,
                ETag = hostile,
                Size = 1,
            }]));
            await RefuseAsync(async () => await bucket.ListPageAsync(new ListOptions { ContinuationToken = hostile }));
        }

        // The operations that the server has executed or refused, in its own words.
        string[] operations = [.. proxied.Server.Requests.Records.Select(static record => record.Operation).Distinct()];
        Assert.That(operations, Is.SubsetOf(new[] { "objects.get", "objects.list" }));
        Assert.That(proxied.Server.Requests.Records.Select(static record => record.Status).Distinct(), Is.SubsetOf(new[] { 200, 404 }));
        Assert.That((await proxied.Direct.HeadAsync("victim")).Revision, Is.EqualTo(victim.Revision));
        Assert.That((await proxied.Direct.HeadAsync("object")).Revision, Is.EqualTo(stored.Revision));
    }

    private static async Task RefuseAsync(Func<Task> call)
    {
        try
        {
            await call();
            Assert.Fail("It was taken.");
        }
        catch (ArgumentException)
        {
            // At the door.
        }
        catch (StorageException error)
        {
            Assert.That(
                error.Code,
                Is.EqualTo(StorageErrorCode.PreconditionFailed).Or.EqualTo(StorageErrorCode.NoSuchUpload).Or.EqualTo(
                    StorageErrorCode.InvalidPart),
                error.ToString());
            Assert.That(error.IsOutcomeUnknown, Is.False, error.ToString());
        }
    }
}
