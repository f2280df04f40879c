using System.IO.Compression;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>Tests reads, which return properties before the body, and the right bytes or an error.</summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
public abstract class GetConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    [ContractTest]
    public async Task Properties_and_range_are_known_before_the_body()
    {
        ObjectProperties stored = await PutAsync("object", Payload.Bytes(1000), new PutOptions { ContentType = "text/css" });

        await using ObjectReader reader = await Bucket.GetAsync("object");

        StorageAssert.SameObject(reader.Properties, stored);
        StorageAssert.SameAttributes(reader.Properties, stored);
        Assert.That(reader.Range, Is.EqualTo(new ContentRange(0, 1000, 1000)));
        Assert.That(reader.Range.IsWhole, Is.True);
    }

    [ContractTest]
    public async Task A_body_delivers_the_bytes_and_then_its_end()
    {
        byte[] content = Payload.Bytes(70_000);
        await PutAsync("object", content);

        await using ObjectReader reader = await Bucket.GetAsync("object");
        using var copy = new MemoryStream();
        await reader.Content.CopyToAsync(copy);

        Assert.That(copy.ToArray(), Is.EqualTo(content));
        Assert.That(await reader.Content.ReadAsync(new byte[10]), Is.Zero);
    }

    [ContractTest]
    public async Task Reading_into_an_empty_buffer_is_not_the_end()
    {
        byte[] content = Payload.Bytes(100);
        await PutAsync("object", content);

        await using ObjectReader reader = await Bucket.GetAsync("object");

        Assert.That(await reader.Content.ReadAsync(Memory<byte>.Empty), Is.Zero);
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(content));
    }

    [ContractTest]
    public async Task What_is_left_can_be_read_at_once()
    {
        byte[] content = Payload.Bytes(1000);
        await PutAsync("object", content);

        await using ObjectReader reader = await Bucket.GetAsync("object");
        await reader.Content.ReadExactlyAsync(new byte[300]);

        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(content[300..]));
    }

    [ContractTest]
    public async Task A_missing_object_is_NoSuchKey()
    {
        await PutAsync("object/child", [1]);
        await PutAsync("objects", [1]);

        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => Bucket.GetAsync("object"));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => Bucket.HeadAsync("object"));
        Assert.That(await Bucket.ExistsAsync("object"), Is.False);
        Assert.That(await Bucket.ExistsAsync("object/"), Is.False);
        Assert.That(await Bucket.ExistsAsync("object/child"), Is.True);
    }

    [ContractTest]
    public async Task Two_readers_do_not_disturb_each_other()
    {
        byte[] content = Payload.Bytes(200_000);
        await PutAsync("object", content);

        await using ObjectReader first = await Bucket.GetAsync("object");
        byte[] beginning = new byte[1000];
        await first.Content.ReadExactlyAsync(beginning);
        await using ObjectReader second = await Bucket.GetAsync("object");

        Assert.That(await second.ReadAllAsync(), Is.EqualTo(content));
        Assert.That(beginning.Concat(await first.ReadAllAsync()), Is.EqualTo(content));
    }

    [ContractTest]
    public async Task A_reader_can_be_left_before_the_end_and_disposed_twice()
    {
        byte[] content = Payload.Bytes(500_000);
        await PutAsync("object", content);

        ObjectReader reader = await Bucket.GetAsync("object");
        await reader.Content.ReadExactlyAsync(new byte[10]);
        await reader.DisposeAsync();
        await reader.DisposeAsync();

        await AssertContentAsync("object", content);
    }

    [ContractTest]
    public async Task Stored_bytes_are_never_decoded()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Payload.Bytes(5000));
        }

        byte[] content = packed.ToArray();
        ObjectProperties stored = await PutAsync(
            "packed", content, new PutOptions { ContentEncoding = "gzip", ContentType = "text/plain" });
        await PutAsync("mislabelled", Payload.Text("no gzip at all"), new PutOptions { ContentEncoding = "gzip" });

        Assert.That(stored.Size, Is.EqualTo(content.Length));
        await AssertContentAsync("packed", content);
        await AssertContentAsync("mislabelled", Payload.Text("no gzip at all"));
        Assert.That((await Bucket.HeadAsync("packed")).ContentEncoding, Is.EqualTo("gzip"));
    }

    [ContractTest]
    public async Task The_revision_can_be_asked_for()
    {
        ObjectProperties first = await PutAsync("object", Payload.Bytes(100, 1));
        Assert.That(await ReadAsync("object", new GetOptions { IfRevision = first.Revision }), Is.EqualTo(Payload.Bytes(100, 1)));
        await PutAsync("object", Payload.Bytes(100, 2));

        foreach (ByteRange? range in new ByteRange?[]
        {
            null, ByteRange.From(10, 5), ByteRange.From(10, 0), ByteRange.Suffix(5), ByteRange.From(5000), ByteRange.Suffix(0),
        })
        {
            await StorageAssert.FailsAsync(
                StorageErrorCode.PreconditionFailed,
                () => Bucket.GetAsync("object", new GetOptions { IfRevision = first.Revision, Range = range }));
        }
    }

    [ContractTest]
    public async Task A_body_opened_before_an_overwrite_is_the_old_object_or_an_error()
    {
        byte[] old = Payload.Bytes(600_000, 1);
        await PutAsync("object", old);
        await using ObjectReader reader = await Bucket.GetAsync("object");
        byte[] beginning = new byte[1000];
        await reader.Content.ReadExactlyAsync(beginning);

        await PutAsync("object", Payload.Bytes(600_000, 2));

        Assert.That(beginning, Is.EqualTo(old[..1000]));
        await AssertRestIsOldOrRefusedAsync(reader, old);
        await AssertContentAsync("object", Payload.Bytes(600_000, 2));
    }

    [ContractTest]
    public async Task A_body_opened_before_a_delete_is_the_old_object_or_an_error()
    {
        byte[] old = Payload.Bytes(600_000, 1);
        await PutAsync("object", old);
        await using ObjectReader reader = await Bucket.GetAsync("object");
        await reader.Content.ReadExactlyAsync(new byte[1000]);

        await Bucket.DeleteAsync("object");

        await AssertRestIsOldOrRefusedAsync(reader, old);
        Assert.That(await Bucket.ExistsAsync("object"), Is.False);
    }

    [ContractTest]
    public async Task A_body_that_breaks_off_is_resumed_where_it_stood()
    {
        byte[] content = Payload.Bytes(400_000);
        await PutAsync("object", content);
        var ranges = new List<ByteRange?>();
        Bucket bucket = Intercept(backend => backend.Body = (request, body) =>
        {
            ranges.Add(request.Range);
            return new BreakingStream(body, 150_000);
        });

        Assert.That(await ReadAsync(bucket, "object"), Is.EqualTo(content));
        Assert.That(
            await ReadAsync(bucket, "object", new GetOptions { Range = ByteRange.From(1000, 300_000) }),
            Is.EqualTo(content[1000..301_000]));
        Assert.That(ranges, Has.Count.GreaterThanOrEqualTo(5));
    }

    [ContractTest]
    public async Task A_body_that_stalls_is_resumed_after_the_idle_limit()
    {
        byte[] content = Payload.Bytes(400_000);
        await PutAsync("object", content);
        TimeSpan? waited = null;

        async ValueTask<int> StallAsync(CancellationToken cancellationToken)
        {
            long began = TimeProvider.System.GetTimestamp();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            finally
            {
                waited = TimeProvider.System.GetElapsedTime(began);
            }

            return 0;
        }

        // A body of an upstream that breaks off by itself may do so before it stalls. So each body stalls until one has.
        Bucket bucket = Intercept(
            backend => backend.Body = (_, body) => waited is null ? new BreakingStream(body, 50_000, StallAsync) : body,
            static options => options.IdleTimeout = TimeSpan.FromSeconds(1));

        Assert.That(await ReadAsync(bucket, "object"), Is.EqualTo(content));
        Assert.That(waited, Is.GreaterThan(TimeSpan.FromSeconds(0.9)));
    }

    [ContractTest]
    public async Task A_resumed_body_never_mixes_two_revisions()
    {
        byte[] old = Payload.Bytes(300_000, 1);
        await PutAsync("object", old);
        Bucket bucket = Intercept(backend => backend.Body = (_, body) => new BreakingStream(body, 100_000));

        await using ObjectReader reader = await bucket.GetAsync("object");
        byte[] beginning = new byte[100_000];
        await reader.Content.ReadExactlyAsync(beginning);
        await PutAsync("object", Payload.Bytes(300_000, 2));

        Assert.That(beginning, Is.EqualTo(old[..100_000]));
        await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => reader.ReadAllAsync());
    }

    [ContractTest]
    public async Task A_resumed_body_of_a_deleted_object_is_an_error()
    {
        await PutAsync("object", Payload.Bytes(300_000, 1));
        Bucket bucket = Intercept(backend => backend.Body = (_, body) => new BreakingStream(body, 100_000));

        await using ObjectReader reader = await bucket.GetAsync("object");
        await reader.Content.ReadExactlyAsync(new byte[100_000]);
        await Bucket.DeleteAsync("object");

        StorageException error = await StorageAssert.ThrowsAsync<StorageException>(() => reader.ReadAllAsync());
        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NoSuchKey).Or.EqualTo(StorageErrorCode.PreconditionFailed));
    }

    private static async Task AssertRestIsOldOrRefusedAsync(ObjectReader reader, byte[] old)
    {
        try
        {
            Assert.That(
                (await reader.ReadAllAsync()).AsSpan().SequenceEqual(old.AsSpan(1000)), Is.True, "the rest must be of the old object");
        }
        catch (StorageException error)
        {
            Assert.That(error.Code, Is.EqualTo(StorageErrorCode.PreconditionFailed).Or.EqualTo(StorageErrorCode.NoSuchKey));
        }
    }
}
