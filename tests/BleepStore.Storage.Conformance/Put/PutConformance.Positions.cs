using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class PutConformance<THarness>
{
    [ContractTest]
    [TestCase(SourceKind.Memory, Small, 0)]
    [TestCase(SourceKind.Memory, Large, 1234)]
    [TestCase(SourceKind.File, Small, 1234)]
    [TestCase(SourceKind.File, Large, 0)]
    [TestCase(SourceKind.Other, Small, 0)]
    [TestCase(SourceKind.Other, Large, 1234)]
    public async Task A_put_leaves_its_source_where_reading_ended(SourceKind kind, int length, int position)
    {
        byte[] content = Payload.Bytes(length);
        await using Stream source = Open(kind, content, position);

        await Bucket.PutAsync("object", source);

        Assert.That(source.Position, Is.EqualTo(length));
        await AssertContentAsync("object", content[position..]);
    }

    [ContractTest]
    [TestCase(SourceKind.Memory, Small, 1234)]
    [TestCase(SourceKind.Memory, Large, 0)]
    [TestCase(SourceKind.File, Small, 0)]
    [TestCase(SourceKind.File, Large, 1234)]
    [TestCase(SourceKind.Other, Small, 1234)]
    [TestCase(SourceKind.Other, Large, 0)]
    public async Task A_put_that_is_refused_leaves_its_source_where_it_stood(SourceKind kind, int length, int position)
    {
        byte[] content = Payload.Bytes(length);
        await using Stream source = Open(kind, content, position);

        await StorageAssert.FailsAsync(
            StorageErrorCode.BadDigest,
            () => Bucket.PutAsync("object", source, new PutOptions { ContentMd5 = new byte[16] }));
        Assert.That(source.Position, Is.EqualTo(position));
        await Bucket.PutAsync("object", source);

        Assert.That(source.Position, Is.EqualTo(length));
        await AssertContentAsync("object", content[position..]);
    }

    [ContractTest]
    [TestCase(Small)]
    [TestCase(Large)]
    public async Task A_put_that_is_cancelled_or_whose_source_fails_leaves_its_source_where_it_stood(int length)
    {
        byte[] content = Payload.Bytes(length);
        using var cancel = new CancellationTokenSource();
        int fault = 1;
        var source = new ScriptedStream(content)
        {
            Seekable = true,
            BiteSize = (length / 3) + 1,
            Position = 100,
            BeforeRead = async (at, token) =>
            {
                if (at > length / 2 && fault == 1)
                {
                    await cancel.CancelAsync();
                    token.ThrowIfCancellationRequested();
                }

                if (at > length / 2 && fault == 2)
                {
                    throw new IOException("The line was cut.");
                }
            },
        };

        await StorageAssert.ThrowsAsync<OperationCanceledException>(() => Bucket.PutAsync("object", source, options: null, cancel.Token));
        Assert.That(source.Position, Is.EqualTo(100), "after the cancellation");
        fault = 2;
        await StorageAssert.ThrowsAsync<IOException>(() => Bucket.PutAsync("object", source));
        Assert.That(source.Position, Is.EqualTo(100), "after the failure");
        fault = 0;
        await Bucket.PutAsync("object", source);

        Assert.That(source.Position, Is.EqualTo(length));
        await AssertContentAsync("object", content[100..]);
    }

    [ContractTest]
    [TestCase(SourceKind.Memory, Small)]
    [TestCase(SourceKind.Memory, Large)]
    [TestCase(SourceKind.File, Small)]
    [TestCase(SourceKind.File, Large)]
    [TestCase(SourceKind.Other, Small)]
    [TestCase(SourceKind.Other, Large)]
    public async Task A_source_that_can_seek_is_read_as_far_as_declared(SourceKind kind, int declared)
    {
        byte[] content = Payload.Bytes(Large + 500);
        await using Stream source = Open(kind, content, position: 100);

        ObjectProperties stored = await Bucket.PutAsync("object", source, new PutOptions { ContentLength = declared });

        Assert.That(stored.Size, Is.EqualTo(declared));
        Assert.That(source.Position, Is.EqualTo(100 + declared));
        await AssertContentAsync("object", content[100..(100 + declared)]);
    }

    private static Stream Open(SourceKind kind, byte[] content, int position)
    {
        Stream source = kind switch
        {
            SourceKind.Memory => new MemoryStream(content),
            SourceKind.File => OpenFile(content),
            _ => new ScriptedStream(content) { Seekable = true },
        };
        source.Position = position;
        return source;
    }

    private static FileStream OpenFile(byte[] content)
    {
        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose });
        file.Write(content);
        return file;
    }
}
