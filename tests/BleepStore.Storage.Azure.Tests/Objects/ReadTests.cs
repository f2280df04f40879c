using Azure;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Objects;

public sealed class ReadTests
{
    private static readonly byte[] Content = Payload.Bytes(100);

    [Test]
    public async Task A_range_from_0_is_not_dropped()
    {
        var wire = new StubTransport(Partial(0, 9));

        await using ObjectReader reader = await wire.CreateBucket().GetAsync("key", new GetOptions { Range = ByteRange.From(0, 10) });

        Assert.That(Range(wire.Sent.Single()), Is.EqualTo("bytes=0-9"));
        Assert.That(reader.Range, Is.EqualTo(new ContentRange(0, 10, 100)));
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(Content[..10]));
    }

    [Test]
    public async Task Whole_from_an_offset_and_offset_with_length()
    {
        var wire = new StubTransport(StubResponse.Blob(Content), Partial(40, 99), Partial(40, 49));
        Bucket bucket = wire.CreateBucket();

        await (await bucket.GetAsync("key")).DisposeAsync();
        await (await bucket.GetAsync("key", new GetOptions { Range = ByteRange.From(40) })).DisposeAsync();
        await (await bucket.GetAsync("key", new GetOptions { Range = ByteRange.From(40, 10) })).DisposeAsync();

        Assert.That(wire.Sent.Select(Range), Is.EqualTo(new[] { null, "bytes=40-", "bytes=40-49" }));
    }

    [Test]
    public async Task A_suffix_asks_for_the_size_and_is_pinned_to_the_revision_that_has_it()
    {
        var wire = new StubTransport(StubResponse.Blob(Content, "0x5"), Partial(90, 99, "0x5"));

        await using ObjectReader reader = await wire.CreateBucket().GetAsync("key", new GetOptions { Range = ByteRange.Suffix(10) });

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "HEAD", "GET" }));
        Assert.That(Range(wire.Sent[1]), Is.EqualTo("bytes=90-99"));
        Assert.That(wire.Sent[1].Header("If-Match"), Is.EqualTo("\"0x5\""));
    }

    [Test]
    public async Task Not_modified_is_a_status_and_no_exception_of_the_SDK()
    {
        var wire = new StubTransport(new StubResponse(304).With("ETag", "\"0x1\""));

        await StorageAssert.FailsAsync(
            StorageErrorCode.NotModified,
            () => wire.CreateBucket().GetAsync("key", new GetOptions { IfModifiedSince = DateTimeOffset.UnixEpoch }));

        Assert.That(wire.Sent.Single().Headers.Keys, Does.Contain("If-Modified-Since"));
    }

    [Test]
    public async Task A_refused_range_asks_for_the_size_where_the_answer_has_none()
    {
        var wire = new StubTransport(StubResponse.Error(416, "InvalidRange"), StubResponse.Blob(Content));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.InvalidRange, () => wire.CreateBucket().GetAsync("key", new GetOptions { Range = ByteRange.From(100) }));

        Assert.That(error.ObjectSize, Is.EqualTo(100));
        Assert.That(wire.Kinds, Is.EqualTo(new[] { "GET", "HEAD" }));
    }

    [Test]
    public async Task A_refused_range_with_the_size_costs_one_request()
    {
        var wire = new StubTransport(StubResponse.Error(416, "InvalidRange").With("Content-Range", "bytes */100"));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.InvalidRange, () => wire.CreateBucket().GetAsync("key", new GetOptions { Range = ByteRange.From(100) }));

        Assert.That(error.ObjectSize, Is.EqualTo(100));
    }

    /// <summary>The SDK opens a body again with the token of the first request, which other requests have used since.</summary>
    [Test]
    public async Task A_body_that_breaks_off_is_read_on_although_later_requests_were_cancelled()
    {
        bool isFirst = true;
        var wire = new StubTransport(sent =>
        {
            Response answer = isFirst ? StubResponse.Blob(Content) : Partial(10, 99);
            answer.ContentStream = isFirst ? new BreakingStream(Content, 10) : answer.ContentStream;
            isFirst = false;
            return answer;
        });
        Bucket bucket = wire.CreateBucket();
        await using ObjectReader reader = await bucket.GetAsync("key");
        await CancelManyAsync(bucket, wire);

        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(Content));
    }

    [Test]
    public async Task Missing_is_NoSuchKey_and_other_failures_pass_mapped()
    {
        await StorageAssert.FailsAsync(
            StorageErrorCode.NoSuchKey, () => new StubTransport(StubResponse.Error(404, "BlobNotFound")).CreateBucket().GetAsync("key"));
        await StorageAssert.FailsAsync(
            StorageErrorCode.AccessDenied,
            () => new StubTransport(StubResponse.Error(403, "AuthorizationFailure")).CreateBucket().GetAsync("key"));
        await StorageAssert.FailsAsync(
            StorageErrorCode.InvalidObjectState,
            () => new StubTransport(StubResponse.Error(409, "BlobArchived")).CreateBucket().GetAsync("key"));
    }

    [Test]
    public async Task Exists_is_true_or_false_and_no_other_failure_is_false()
    {
        Assert.That(
            await new StubTransport(StubResponse.Blob(Content)).CreateBucket(static options => options.Prefix = "pre/").ExistsAsync("key"),
            Is.True);
        Assert.That(await new StubTransport(StubResponse.Error(404, "BlobNotFound")).CreateBucket().ExistsAsync("key"), Is.False);
        await StorageAssert.FailsAsync(
            StorageErrorCode.AuthenticationFailed,
            () => new StubTransport(StubResponse.Error(401, "NoAuthenticationInformation")).CreateBucket().ExistsAsync("key"));
    }

    [Test]
    public async Task Delete_calls_delete_missing_is_success_and_no_If_None_Match_is_ever_sent()
    {
        var wire = new StubTransport(
            new StubResponse(202),
            StubResponse.Error(404, "BlobNotFound"),
            StubResponse.Error(404, "BlobNotFound"),
            StubResponse.Error(403, "AuthorizationFailure"));
        Bucket bucket = wire.CreateBucket();

        await bucket.DeleteAsync("key");
        await bucket.DeleteAsync("key");
        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => bucket.DeleteAsync("key", new DeleteOptions { IfRevision = "0x1" }));
        await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => bucket.DeleteAsync("key"));

        Assert.That(wire.Kinds, Is.All.EqualTo("DELETE"));
        Assert.That(wire.Sent.SelectMany(static sent => sent.Headers.Keys), Has.None.EqualTo("If-None-Match"));
        Assert.That(wire.Sent[2].Header("If-Match"), Is.EqualTo("\"0x1\""));
    }

    [Test]
    public async Task Pages_are_asked_for_with_metadata_and_the_services_marker()
    {
        var wire = new StubTransport(
            List("m1", ("bucket/a", "k~1"), ("bucket/a~=", "foreign")), List("m2"), List(null, ("bucket/b/~=", "x")));
        Bucket bucket = wire.CreateBucket();

        ListPage first = await bucket.ListPageAsync(new ListOptions { PageSize = 2 });
        ListPage second = await bucket.ListPageAsync(new ListOptions { PageSize = 2, ContinuationToken = first.ContinuationToken });

        Assert.That(first.Objects.Select(static entry => entry.Key), Is.EqualTo(new[] { "a" }));
        Assert.That(second.Objects.Select(static entry => entry.Key), Is.EqualTo(new[] { "b/" }));
        Assert.That(second.ContinuationToken, Is.Null);
        Assert.That(wire.Kinds, Is.EqualTo(new[] { "GET list", "GET list", "GET list" }));
        Assert.That(
            wire.Sent.Select(static sent => sent.Uri.Query),
            Is.All.Contain("include=Metadata").And.All.Contain("prefix=bucket%2F").And.All.Contain("maxresults=2"));
        Assert.That(wire.Sent[1].Uri.Query, Does.Contain("marker=m1"));
        Assert.That(wire.Sent[2].Uri.Query, Does.Contain("marker=m2"));
    }

    private static StubResponse Partial(int from, int to, string etag = "0x1")
    {
        byte[] part = Content[from..(to + 1)];
        StubResponse response = new StubResponse(206)
            .With("ETag", $"\"{etag}\"")
            .With("Last-Modified", "Sun, 22 Nov 2026 10:00:00 GMT")
            .With("Content-Type", "application/octet-stream")
            .With("Content-Length", $"{part.Length}").With("Content-Range", $"bytes {from}-{to}/100").With("x-ms-blob-type", "BlockBlob");
        response.ContentStream = new MemoryStream(part);
        return response;
    }

    private static StubResponse List(string? next, params (string Name, string Owner)[] blobs) => StubResponse.Xml(
        $"<EnumerationResults><Blobs>{string.Concat(blobs.Select(static blob => $"<Blob><Name>{blob.Name}</Name><Properties><Content-Length>1</Content-Length><Etag>0x1</Etag><Last-Modified>Sun, 22 Nov 2026 10:00:00 GMT</Last-Modified><BlobType>BlockBlob</BlobType></Properties><Metadata><owner>{blob.Owner}</owner></Metadata></Blob>"))}</Blobs><NextMarker>{next}</NextMarker></EnumerationResults>");

    private static string? Range(SentRequest sent) => sent.Header("x-ms-range") ?? sent.Header("Range");

    /// <summary>Uses every token of the pool.</summary>
    private static async Task CancelManyAsync(Bucket bucket, StubTransport wire)
    {
        using var cancel = new CancellationTokenSource();
        wire.BeforeAnswer = static (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, token);
        Task[] reads = [.. Enumerable.Range(0, 300).Select(_ => bucket.GetAsync("other", cancellationToken: cancel.Token))];
        await cancel.CancelAsync();
        foreach (Task read in reads)
        {
            Assert.That(async () => await read, Throws.InstanceOf<OperationCanceledException>());
        }

        wire.BeforeAnswer = null;
    }

    private sealed class BreakingStream(byte[] bytes, int after) : MemoryStream(bytes, 0, after)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length ? base.ReadAsync(buffer, cancellationToken) : throw new IOException("The connection broke off.");
    }
}
