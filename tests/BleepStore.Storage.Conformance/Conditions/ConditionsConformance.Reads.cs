using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class ConditionsConformance<THarness>
{
    private const StorageErrorCode Failed = StorageErrorCode.PreconditionFailed;
    private const StorageErrorCode NotModified = StorageErrorCode.NotModified;

    /// <summary>How a read is made.</summary>
    public enum ReadKind
    {
        /// <summary>Properties only.</summary>
        Head,

        /// <summary>The whole object.</summary>
        Get,

        /// <summary>Some bytes.</summary>
        Range,

        /// <summary>No bytes from an offset.</summary>
        EmptyRange,
    }

    [ContractTest]
    public async Task IfMatch_reads_only_the_object_that_the_caller_has([Values] ReadKind kind)
    {
        ObjectProperties stored = await PutAsync("object", Payload.Bytes(100));

        await ReadAsync(kind, new HeadOptions { IfMatch = stored.ETag });
        await ReadAsync(kind, new HeadOptions { IfMatch = "*" });
        await StorageAssert.FailsAsync(Failed, () => ReadAsync(kind, new HeadOptions { IfMatch = OtherETag }));
    }

    [ContractTest]
    public async Task IfNoneMatch_reads_only_what_the_caller_does_not_have([Values] ReadKind kind)
    {
        ObjectProperties stored = await PutAsync("object", Payload.Bytes(100));

        await ReadAsync(kind, new HeadOptions { IfNoneMatch = OtherETag });
        await StorageAssert.FailsAsync(NotModified, () => ReadAsync(kind, new HeadOptions { IfNoneMatch = stored.ETag }));
        await StorageAssert.FailsAsync(NotModified, () => ReadAsync(kind, new HeadOptions { IfNoneMatch = "*" }));
    }

    [ContractTest]
    public async Task IfModifiedSince_reads_only_what_is_newer([Values] ReadKind kind)
    {
        DateTimeOffset written = await WriteAsync();

        await ReadAsync(kind, new HeadOptions { IfModifiedSince = written.AddHours(-1) });
        await StorageAssert.FailsAsync(NotModified, () => ReadAsync(kind, new HeadOptions { IfModifiedSince = written }));
        await StorageAssert.FailsAsync(NotModified, () => ReadAsync(kind, new HeadOptions { IfModifiedSince = written.AddHours(1) }));
    }

    [ContractTest]
    public async Task IfUnmodifiedSince_reads_only_what_is_not_newer([Values] ReadKind kind)
    {
        DateTimeOffset written = await WriteAsync();

        await ReadAsync(kind, new HeadOptions { IfUnmodifiedSince = written });
        await ReadAsync(kind, new HeadOptions { IfUnmodifiedSince = written.AddHours(1) });
        await StorageAssert.FailsAsync(Failed, () => ReadAsync(kind, new HeadOptions { IfUnmodifiedSince = written.AddHours(-1) }));
    }

    [ContractTest]
    public async Task Dates_are_compared_to_the_second([Values] ReadKind kind)
    {
        DateTimeOffset written = await WriteAsync();
        DateTimeOffset second = DateTimeOffset.FromUnixTimeSeconds(written.ToUnixTimeSeconds());

        await ReadAsync(kind, new HeadOptions { IfUnmodifiedSince = second });
        await StorageAssert.FailsAsync(NotModified, () => ReadAsync(kind, new HeadOptions { IfModifiedSince = second }));
    }

    [ContractTest]
    public async Task IfMatch_goes_before_IfUnmodifiedSince([Values] ReadKind kind)
    {
        ObjectProperties stored = await PutAsync("object", Payload.Bytes(100));

        await ReadAsync(kind, new HeadOptions { IfMatch = stored.ETag, IfUnmodifiedSince = stored.LastModified.AddHours(-1) });
        await StorageAssert.FailsAsync(
            Failed, () => ReadAsync(kind, new HeadOptions { IfMatch = OtherETag, IfUnmodifiedSince = stored.LastModified.AddHours(1) }));
    }

    [ContractTest]
    public async Task IfNoneMatch_goes_before_IfModifiedSince([Values] ReadKind kind)
    {
        ObjectProperties stored = await PutAsync("object", Payload.Bytes(100));

        await ReadAsync(kind, new HeadOptions { IfNoneMatch = OtherETag, IfModifiedSince = stored.LastModified.AddHours(1) });
        await StorageAssert.FailsAsync(
            NotModified,
            () => ReadAsync(kind, new HeadOptions { IfNoneMatch = stored.ETag, IfModifiedSince = stored.LastModified.AddHours(-1) }));
    }

    [ContractTest]
    public async Task PreconditionFailed_goes_before_NotModified([Values] ReadKind kind)
    {
        ObjectProperties stored = await PutAsync("object", Payload.Bytes(100));

        await StorageAssert.FailsAsync(Failed, () => ReadAsync(kind, new HeadOptions { IfMatch = OtherETag, IfNoneMatch = stored.ETag }));
        await StorageAssert.FailsAsync(
            NotModified, () => ReadAsync(kind, new HeadOptions { IfMatch = stored.ETag, IfNoneMatch = stored.ETag }));
        await StorageAssert.FailsAsync(
            Failed,
            () => ReadAsync(kind, new HeadOptions { IfUnmodifiedSince = stored.LastModified.AddHours(-1), IfNoneMatch = stored.ETag }));
    }

    [ContractTest]
    public async Task Conditions_go_before_an_InvalidRange()
    {
        await PutAsync("object", Payload.Bytes(100));
        ObjectProperties stored = await Bucket.HeadAsync("object");
        foreach (ByteRange range in new[] { ByteRange.From(100), ByteRange.From(100, 0), ByteRange.From(5000, 5), ByteRange.Suffix(0) })
        {
            await StorageAssert.FailsAsync(Failed, () => Bucket.GetAsync("object", new GetOptions { Range = range, IfMatch = OtherETag }));
            await StorageAssert.FailsAsync(
                NotModified, () => Bucket.GetAsync("object", new GetOptions { Range = range, IfNoneMatch = stored.ETag }));
            await StorageAssert.FailsAsync(
                NotModified, () => Bucket.GetAsync("object", new GetOptions { Range = range, IfModifiedSince = stored.LastModified }));
            StorageException error = await StorageAssert.FailsAsync(
                StorageErrorCode.InvalidRange, () => Bucket.GetAsync("object", new GetOptions { Range = range, IfMatch = stored.ETag }));
            Assert.That(error.ObjectSize, Is.EqualTo(100));
        }
    }

    [ContractTest]
    public async Task Quotes_around_an_ETag_are_taken_off([Values] ReadKind kind)
    {
        ObjectProperties stored = await PutAsync("object", Payload.Bytes(100));

        await ReadAsync(kind, new HeadOptions { IfMatch = $"\"{stored.ETag}\"" });
        await StorageAssert.FailsAsync(NotModified, () => ReadAsync(kind, new HeadOptions { IfNoneMatch = $"\"{stored.ETag}\"" }));
        await StorageAssert.FailsAsync(Failed, () => ReadAsync(kind, new HeadOptions { IfMatch = $"\"{OtherETag}\"" }));
    }

    [ContractTest]
    public async Task A_list_of_ETags_names_each_of_them([Values] ReadKind kind)
    {
        ObjectProperties stored = await PutAsync("object", Payload.Bytes(100));
        string with = $"\"{OtherETag}\", \"{stored.ETag}\"";
        string without = $"\"{OtherETag}\",, \"{OtherETag}-2\"";

        await ReadAsync(kind, new HeadOptions { IfMatch = with });
        await ReadAsync(kind, new HeadOptions { IfNoneMatch = without });
        await StorageAssert.FailsAsync(Failed, () => ReadAsync(kind, new HeadOptions { IfMatch = without }));
        await StorageAssert.FailsAsync(NotModified, () => ReadAsync(kind, new HeadOptions { IfNoneMatch = with }));
        await ReadAsync(kind, new HeadOptions { IfNoneMatch = without, IfModifiedSince = stored.LastModified.AddHours(1) });
    }

    [ContractTest]
    public async Task A_weak_ETag_matches_for_IfNoneMatch_and_never_for_IfMatch([Values] ReadKind kind)
    {
        ObjectProperties stored = await PutAsync("object", Payload.Bytes(100));
        string weak = $"W/\"{stored.ETag}\"";

        await StorageAssert.FailsAsync(NotModified, () => ReadAsync(kind, new HeadOptions { IfNoneMatch = weak }));
        await StorageAssert.FailsAsync(NotModified, () => ReadAsync(kind, new HeadOptions { IfNoneMatch = $"W/\"{OtherETag}\", {weak}" }));
        await ReadAsync(kind, new HeadOptions { IfNoneMatch = $"W/\"{OtherETag}\"" });
        await StorageAssert.FailsAsync(Failed, () => ReadAsync(kind, new HeadOptions { IfMatch = weak }));
        await ReadAsync(kind, new HeadOptions { IfMatch = $"{weak}, \"{stored.ETag}\"" });
    }

    [ContractTest]
    public async Task IfRevision_reads_only_that_revision([Values] ReadKind kind)
    {
        ObjectProperties old = await PutAsync("object", Payload.Bytes(100, 1));
        ObjectProperties stored = await PutAsync("object", Payload.Bytes(100, 2));

        await ReadAsync(kind, new HeadOptions { IfRevision = stored.Revision });
        await StorageAssert.FailsAsync(Failed, () => ReadAsync(kind, new HeadOptions { IfRevision = old.Revision }));
        await StorageAssert.FailsAsync(
            Failed, () => ReadAsync(kind, new HeadOptions { IfRevision = old.Revision, IfNoneMatch = stored.ETag }));
        await StorageAssert.FailsAsync(
            NotModified, () => ReadAsync(kind, new HeadOptions { IfRevision = stored.Revision, IfNoneMatch = stored.ETag }));
        await StorageAssert.ThrowsAsync<ArgumentException>(() => ReadAsync(kind, new HeadOptions { IfRevision = "" }));
    }

    [ContractTest]
    public async Task What_HTTP_does_not_allow_is_an_argument_error(
        [Values] ReadKind kind, [Values("W/abc", "", "a b", "a\"b", "ä", "\"a\" \"b\"", "\"a\", *", "\"a\", b")] string etag)
    {
        await PutAsync("object", Payload.Bytes(100));

        await StorageAssert.ThrowsAsync<ArgumentException>(() => ReadAsync(kind, new HeadOptions { IfMatch = etag }));
        await StorageAssert.ThrowsAsync<ArgumentException>(() => ReadAsync(kind, new HeadOptions { IfNoneMatch = etag }));
    }

    [ContractTest]
    public async Task Conditions_on_a_missing_object_are_NoSuchKey([Values] ReadKind kind)
    {
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => ReadAsync(kind, new HeadOptions { IfMatch = "*" }));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => ReadAsync(kind, new HeadOptions { IfNoneMatch = "*" }));
    }

    [ContractTest]
    public async Task The_ETag_of_a_large_object_is_a_condition_too([Values] ReadKind kind)
    {
        ObjectProperties stored = await PutAsync("object", Payload.Bytes(PartSize + 100));

        await ReadAsync(kind, new HeadOptions { IfMatch = stored.ETag });
        await StorageAssert.FailsAsync(NotModified, () => ReadAsync(kind, new HeadOptions { IfNoneMatch = stored.ETag }));
    }

    /// <summary>
    /// Returns the time of the write as the store knows it, because the result of a put can differ by a second
    /// (<see cref="ObjectProperties.LastModified"/>).
    /// </summary>
    private async Task<DateTimeOffset> WriteAsync()
    {
        await PutAsync("object", Payload.Bytes(100));
        return (await Bucket.HeadAsync("object")).LastModified;
    }

    private async Task ReadAsync(ReadKind kind, HeadOptions conditions)
    {
        if (kind == ReadKind.Head)
        {
            await Bucket.HeadAsync("object", conditions);
            return;
        }

        var options = new GetOptions
        {
            Range = kind switch
            {
                ReadKind.Range => ByteRange.From(10, 20),
                ReadKind.EmptyRange => ByteRange.From(10, 0),
                _ => null,
            },
            IfMatch = conditions.IfMatch,
            IfNoneMatch = conditions.IfNoneMatch,
            IfModifiedSince = conditions.IfModifiedSince,
            IfUnmodifiedSince = conditions.IfUnmodifiedSince,
            IfRevision = conditions.IfRevision,
        };
        await using ObjectReader reader = await Bucket.GetAsync("object", options);
        Assert.That(reader.Properties.Key, Is.EqualTo("object"));
    }
}
