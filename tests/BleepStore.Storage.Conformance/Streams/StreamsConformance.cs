using System.IO.Compression;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>Tests objects as streams, which are read anywhere, written until a commit, and used by ordinary .NET code.</summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
public abstract partial class StreamsConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    [ContractTest]
    public async Task An_opened_object_reads_like_a_file()
    {
        byte[] content = Payload.Bytes(300_000);
        await PutAsync("object", content);

        await using Stream stream = await Bucket.OpenReadAsync("object");
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);

        Assert.That((stream.CanRead, stream.CanSeek, stream.CanWrite), Is.EqualTo((true, true, false)));
        Assert.That((stream.Length, stream.Position), Is.EqualTo((300_000L, 300_000L)));
        Assert.That(copy.ToArray(), Is.EqualTo(content));
        Assert.That(await stream.ReadAsync(new byte[10]), Is.Zero);
    }

    [ContractTest]
    public async Task An_opened_object_can_be_read_anywhere()
    {
        byte[] content = Payload.Bytes(500_000);
        await PutAsync("object", content);
        await using Stream stream = await Bucket.OpenReadAsync("object");

        foreach (long position in new long[] { 499_999, 0, 1, 1000, 300_000, 299_000, 499_000, 150_000 })
        {
            Assert.That(stream.Seek(position, SeekOrigin.Begin), Is.EqualTo(position));
            byte[] read = new byte[(int)Math.Min(1000, content.Length - position)];
            await stream.ReadExactlyAsync(read);
            Assert.That(read, Is.EqualTo(content[(int)position..((int)position + read.Length)]), $"at {position}");
            Assert.That(stream.Position, Is.EqualTo(position + read.Length));
        }

        Assert.That(stream.Seek(-10, SeekOrigin.End), Is.EqualTo(499_990));
        Assert.That(stream.Seek(5, SeekOrigin.Current), Is.EqualTo(499_995));
        stream.Position = 42;
        byte[] one = new byte[1];
        await stream.ReadExactlyAsync(one);
        Assert.That(one[0], Is.EqualTo(content[42]));
    }

    [ContractTest]
    public async Task Past_the_end_there_is_nothing_to_read_and_before_the_beginning_is_no_position()
    {
        await PutAsync("object", Payload.Bytes(100));
        await PutAsync("empty", []);
        await using Stream stream = await Bucket.OpenReadAsync("object");
        await using Stream empty = await Bucket.OpenReadAsync("empty");

        stream.Position = 5000;
        Assert.That(await stream.ReadAsync(new byte[10]), Is.Zero);
        Assert.That(() => stream.Seek(-1, SeekOrigin.Begin), Throws.InstanceOf<IOException>().Or.InstanceOf<ArgumentException>());
        Assert.That(() => stream.Position = -1, Throws.InstanceOf<ArgumentException>());
        Assert.That(await empty.ReadAsync(new byte[10]), Is.Zero);
        Assert.That(empty.Length, Is.Zero);
    }

    [ContractTest]
    public async Task An_opened_object_stays_at_its_revision()
    {
        byte[] old = Payload.Bytes(500_000, 1);
        await PutAsync("object", old);
        await using Stream stream = await Bucket.OpenReadAsync("object");
        byte[] beginning = new byte[1000];
        await stream.ReadExactlyAsync(beginning);

        await PutAsync("object", Payload.Bytes(500_000, 2));
        stream.Position = 400_000;

        Assert.That(beginning, Is.EqualTo(old[..1000]));
        await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, async () => await stream.ReadExactlyAsync(new byte[1000]));
    }

    [ContractTest]
    public async Task A_missing_object_cannot_be_opened() =>
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => Bucket.OpenReadAsync("missing"));

    [ContractTest]
    [TestCase(0)]
    [TestCase(1000)]
    [TestCase(PartSize + 1000)]
    public async Task What_is_written_is_the_object_when_it_is_committed(int size)
    {
        byte[] content = Payload.Bytes(size);
        var options = new PutOptions { ContentType = "text/x-written", Metadata = new Dictionary<string, string> { ["a"] = "1" } };
        await using ObjectWriter writer = await Bucket.OpenWriteAsync("object", options);
        await writer.Stream.WriteAsync(ReadOnlyMemory<byte>.Empty);
        foreach (byte[] chunk in content.Chunk(77_777))
        {
            await writer.Stream.WriteAsync(chunk);
        }

        await writer.Stream.FlushAsync();
        Assert.That(await Bucket.ExistsAsync("object"), Is.False);
        ObjectProperties made = await writer.CommitAsync();

        AssertETag(made.ETag, ExpectedETag.Put(content, PartSize));
        StorageAssert.SameAttributes(made, options);
        await AssertUntouchedAsync(made, content);
    }

    [ContractTest]
    [TestCase(1000)]
    [TestCase(PartSize + 1000)]
    public async Task Disposing_without_commit_leaves_the_old_object_and_nothing_else(int size)
    {
        ObjectProperties old = await PutAsync("object", Payload.Bytes(50));
        IReadOnlyList<string>? internals = await Harness.ListInternalNamesAsync();

        ObjectWriter writer = await Bucket.OpenWriteAsync("object");
        await writer.Stream.WriteAsync(Payload.Bytes(size, 1));
        await writer.Stream.DisposeAsync();
        await writer.DisposeAsync();
        await writer.DisposeAsync();

        await AssertUntouchedAsync(old, Payload.Bytes(50));
        await AssertKeysAsync("object");
        await AssertNoUploadsAsync();
        if (internals is not null)
        {
            Assert.That(await Harness.ListInternalNamesAsync(), Is.EquivalentTo(internals));
        }
    }

    [ContractTest]
    public async Task A_failure_between_the_writes_publishes_nothing()
    {
        ObjectProperties old = await PutAsync("object", Payload.Bytes(50));

        await StorageAssert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await using ObjectWriter writer = await Bucket.OpenWriteAsync("object");
            await writer.Stream.WriteAsync(Payload.Bytes(1000));
            throw new InvalidDataException("The application fails.");
        });

        await AssertUntouchedAsync(old, Payload.Bytes(50));
    }

    [ContractTest]
    public async Task A_commit_that_is_refused_leaves_the_old_object()
    {
        ObjectProperties old = await PutAsync("object", Payload.Bytes(50));
        await using ObjectWriter writer = await Bucket.OpenWriteAsync("object", new PutOptions { IfAbsent = true });
        await writer.Stream.WriteAsync(Payload.Bytes(1000));

        await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => writer.CommitAsync());

        await AssertUntouchedAsync(old, Payload.Bytes(50));
    }

    [ContractTest]
    public async Task A_writer_commits_once()
    {
        await using ObjectWriter writer = await Bucket.OpenWriteAsync("object");
        await writer.Stream.WriteAsync(Payload.Bytes(10));
        ObjectProperties made = await writer.CommitAsync();

        await StorageAssert.ThrowsAsync<InvalidOperationException>(() => writer.CommitAsync());
        await AssertUntouchedAsync(made, Payload.Bytes(10));

        ObjectWriter abandoned = await Bucket.OpenWriteAsync("abandoned");
        await abandoned.DisposeAsync();
        await StorageAssert.ThrowsAsync<InvalidOperationException>(() => abandoned.CommitAsync());
        await AssertKeysAsync("object");
    }

    [ContractTest]
    public async Task A_compressor_can_write_through_a_writer()
    {
        byte[] content = Payload.Bytes(200_000);
        await using (ObjectWriter writer = await Bucket.OpenWriteAsync("packed", new PutOptions { ContentEncoding = "gzip" }))
        {
            await using (var gzip = new GZipStream(writer.Stream, CompressionLevel.Fastest))
            {
                await gzip.WriteAsync(content);
            }

            await writer.CommitAsync();
        }

        await using ObjectReader reader = await Bucket.GetAsync("packed");
        await using var unpacked = new GZipStream(reader.Content, CompressionMode.Decompress);
        using var copy = new MemoryStream();
        await unpacked.CopyToAsync(copy);
        Assert.That(copy.ToArray(), Is.EqualTo(content));
    }

    [ContractTest]
    public async Task One_object_can_be_streamed_into_another()
    {
        byte[] content = Payload.Bytes(PartSize + 4321);
        await PutAsync("source", content);

        await using ObjectReader reader = await Bucket.GetAsync("source");
        ObjectProperties made = await Bucket.PutAsync("target", reader.Content, new PutOptions { ContentLength = reader.Range.Length });

        AssertETag(made.ETag, ExpectedETag.Put(content, PartSize));
        await AssertContentAsync("target", content);
    }
}
