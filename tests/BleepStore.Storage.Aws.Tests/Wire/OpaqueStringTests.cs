using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>
/// Tests that strings from callers reach no header, because a line break would begin another request and a quote would widen a condition.
/// </summary>
public sealed class OpaqueStringTests
{
    private const int Rounds = 200;

    private static readonly string[] Hostile =
    [
        "\r",
        "\n",
        "\r\nDELETE / HTTP/1.1\r\n",
        "\"",
        "\"abc\", \"def\"",
        "\0",
        "\u007f",
        "é",
        "\u202e",
        "😀",
        "abc\tdef",
        "a b\"",
        new string('x', 10_000),
    ];

    [Test]
    public async Task What_could_split_or_widen_a_request_is_refused_before_it_is_sent([Values] bool isGiven)
    {
        var wire = new StubTransport(static _ => StubAnswer.Written(StubAnswer.Md5OfNothing));
        Bucket bucket = isGiven ? wire.CreateGivenBucket() : wire.CreateBucket();
        var random = new Random(7);
        string[] values = [.. Hostile, .. Enumerable.Range(0, Rounds)
            .Select(_ => Hostile[random.Next(Hostile.Length - 1)].Insert(0, new string((char)random.Next('a', 'z'), random.Next(1, 40))))];

        foreach (string value in values)
        {
            foreach (Func<Task> use in Uses(bucket, value))
            {
                await StorageAssert.ThrowsAsync<ArgumentException>(use);
            }
        }

        Assert.That(wire.Sent, Is.Empty);
    }

    private static Func<Task>[] Uses(Bucket bucket, string value) =>
    [
        () => bucket.PutAsync("key", new byte[1], new PutOptions { IfRevision = value }),
        () => bucket.PutAsync("key", new byte[1], new PutOptions { IfMatch = value }),
        () => bucket.DeleteAsync("key", new DeleteOptions { IfRevision = value }),
        () => bucket.DeleteAsync("key", new DeleteOptions { IfMatch = value }),
        () => bucket.CopyAsync(new ObjectAddress("bucket", "source"), "key", new CopyOptions { SourceIfRevision = value }),
        () => bucket.CopyAsync(new ObjectAddress("bucket", "source"), "key", new CopyOptions { IfRevision = value }),
        () => bucket.GetAsync("key", new GetOptions { IfRevision = value }),
        () => Task.FromResult(bucket.GetMultipartUpload("key", value)),
        () => bucket.ListPageAsync(new ListOptions { ContinuationToken = value }),
        () => bucket.GetMultipartUpload("key", "upload-1").CompleteAsync([new PartInfo { PartNumber = 1, ETag = value }]),
        async () => await bucket.ListMultipartUploadsAsync(new ListUploadsOptions { StartAfterKey = "key", StartAfterUploadId = value })
            .ToListAsync(),
    ];
}
