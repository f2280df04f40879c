using System.IO.Compression;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class StreamsConformance<THarness>
{
    private static IEnumerable<string> Uses => StreamUse.All.Select(static use => use.Name);

    [ContractTest]
    public async Task Ordinary_code_can_write_and_read_through_our_streams(
        [ValueSource(nameof(Uses))] string name, [Values] bool isSynchronous)
    {
        StreamUse use = StreamUse.All.Single(each => each.Name == name);

        await Bucket.WriteAsync("object", stream =>
        {
            if (!isSynchronous)
            {
                return use.WriteAsync(stream);
            }

            use.Write(stream);
            return Task.CompletedTask;
        });

        await using ObjectReader reader = await Bucket.GetAsync("object");
        string read = isSynchronous ? use.Read(reader.Content) : await use.ReadAsync(reader.Content);
        await using ObjectReadStream opened = await Bucket.OpenReadAsync("object");
        string sought = isSynchronous ? use.Read(opened) : await use.ReadAsync(opened);
        Assert.That(read == StreamUse.Text, Is.True, $"{read.Length} characters by {nameof(Bucket.GetAsync)}");
        Assert.That(sought == StreamUse.Text, Is.True, $"{sought.Length} characters by {nameof(Bucket.OpenReadAsync)}");
    }

    [ContractTest]
    public async Task What_an_opened_object_and_a_reader_say_of_themselves()
    {
        ObjectProperties stored = await PutAsync("object", Payload.Bytes(100));
        await using ObjectReadStream opened = await Bucket.OpenReadAsync("object");
        await using ObjectReader reader = await Bucket.GetAsync("object", new GetOptions { Range = ByteRange.From(10, 20) });

        await reader.Content.ReadExactlyAsync(new byte[5]);

        Assert.That((opened.Length, opened.Position), Is.EqualTo((100L, 0L)));
        StorageAssert.SameObject(opened.Properties, stored);
        Assert.That((reader.Content.Length, reader.Content.Position, reader.Content.CanSeek), Is.EqualTo((20L, 5L, false)));
        foreach (Stream stream in new[] { opened, reader.Content })
        {
            Assert.That(() => stream.Write(new byte[10], 0, 10), Throws.InstanceOf<NotSupportedException>());
        }
    }

    [ContractTest]
    public async Task An_object_is_opened_under_conditions()
    {
        ObjectProperties stored = await PutAsync("object", Payload.Bytes(100));
        ObjectProperties empty = await PutAsync("empty", []);

        await StorageAssert.FailsAsync(
            StorageErrorCode.NotModified, () => Bucket.OpenReadAsync("object", new OpenReadOptions { IfNoneMatch = stored.ETag }));
        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => Bucket.OpenReadAsync("object", new OpenReadOptions { IfMatch = empty.ETag }));
        await StorageAssert.FailsAsync(
            StorageErrorCode.NotModified, () => Bucket.OpenReadAsync("empty", new OpenReadOptions { IfNoneMatch = "*" }));
        await using ObjectReadStream opened = await Bucket.OpenReadAsync("empty", new OpenReadOptions { IfRevision = empty.Revision });

        Assert.That(opened.Length, Is.Zero);
    }

    [ContractTest]
    [TestCase(0)]
    [TestCase(PartSize + 1000)]
    public async Task What_a_callback_writes_is_stored_when_it_has_returned(int size)
    {
        byte[] content = Payload.Bytes(size);

        ObjectProperties stored = await Bucket.WriteAsync("object", async stream =>
        {
            foreach (byte[] chunk in content.Chunk(100_000))
            {
                await stream.WriteAsync(chunk);
            }

            Assert.That(await Bucket.ExistsAsync("object"), Is.False);
        });

        AssertETag(stored.ETag, ExpectedETag.Put(content, PartSize));
        await AssertContentAsync("object", content);
    }

    [ContractTest]
    [TestCase(1000)]
    [TestCase(PartSize + 1000)]
    public async Task What_a_callback_that_fails_has_written_is_not_stored(int size)
    {
        ObjectProperties old = await PutAsync("object", Payload.Bytes(50));
        var failure = new InvalidDataException("The application fails.");

        InvalidDataException thrown = await StorageAssert.ThrowsAsync<InvalidDataException>(
            () => Bucket.WriteAsync("object", async stream =>
        {
            await stream.WriteAsync(Payload.Bytes(size, 1));
            throw failure;
        }));

        Assert.That(thrown, Is.SameAs(failure));
        await AssertUntouchedAsync(old, Payload.Bytes(50));
        await AssertNoUploadsAsync();
    }

    [ContractTest]
    public async Task A_write_that_was_cancelled_makes_the_commit_fail()
    {
        ObjectProperties old = await PutAsync("object", Payload.Bytes(50));
        await using ObjectWriter writer = await Bucket.OpenWriteAsync("object");
        await writer.Stream.WriteAsync(Payload.Bytes(1000));
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        await StorageAssert.ThrowsAsync<OperationCanceledException>(
            () => writer.Stream.WriteAsync(Payload.Bytes(1000), cancel.Token).AsTask());
        InvalidOperationException refused = await StorageAssert.ThrowsAsync<InvalidOperationException>(() => writer.CommitAsync());

        Assert.That(refused.Message, Does.Contain("bytes of the object would be missing"));
        await writer.DisposeAsync();
        await AssertUntouchedAsync(old, Payload.Bytes(50));
    }

    [ContractTest]
    public async Task A_commit_without_a_write_is_refused_and_a_write_of_zero_bytes_is_an_empty_object()
    {
        await using (ObjectWriter writer = await Bucket.OpenWriteAsync("nothing"))
        {
            await writer.Stream.FlushAsync();
            await StorageAssert.ThrowsAsync<InvalidOperationException>(() => writer.CommitAsync());
        }

        await using (ObjectWriter writer = await Bucket.OpenWriteAsync("empty"))
        {
            await writer.Stream.WriteAsync(ReadOnlyMemory<byte>.Empty);
            await writer.CommitAsync();
        }

        await AssertKeysAsync("empty");
    }

    [ContractTest]
    [TestCase(1000)]
    [TestCase(PartSize + 1000)]
    public async Task A_writer_that_is_disposed_synchronously_leaves_the_old_object(int size)
    {
        ObjectProperties old = await PutAsync("object", Payload.Bytes(50));
        ObjectWriter writer = await Bucket.OpenWriteAsync("object");
        writer.Stream.Write(Payload.Bytes(size, 1));

        writer.Dispose();
        writer.Dispose();
        await writer.DisposeAsync();

        await AssertUntouchedAsync(old, Payload.Bytes(50));
    }

    [ContractTest]
    public async Task A_zip_archive_is_read_entry_by_entry()
    {
        byte[] content = Payload.Bytes(3000);
        await Bucket.WriteAsync("zip", async stream =>
        {
            await using ZipArchive zip = await ZipArchive.CreateAsync(
                stream, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null);
            for (int entry = 0; entry < 200; entry++)
            {
                await using Stream file = await zip.CreateEntry($"folder/file-{entry}").OpenAsync();
                await file.WriteAsync(content);
            }
        });

        await using ObjectReadStream opened = await Bucket.OpenReadAsync("zip");
        await using ZipArchive archive = await ZipArchive.CreateAsync(
            opened, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null);
        await using Stream read = await archive.GetEntry("folder/file-123")!.OpenAsync();
        byte[] found = new byte[content.Length];
        await read.ReadExactlyAsync(found);

        Assert.That(archive.Entries, Has.Count.EqualTo(200));
        Assert.That(found, Is.EqualTo(content));
    }
}
