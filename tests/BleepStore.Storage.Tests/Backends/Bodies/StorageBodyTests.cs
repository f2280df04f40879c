using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Tests.Backends.Bodies;

public class StorageBodyTests
{
    private static readonly byte[] Bytes = "0123456789"u8.ToArray();

    [Test]
    public async Task A_rewound_body_gives_the_same_bytes_again([Values] bool byPosition, [Values] bool inMemory)
    {
        await using Stream stream = Body(inMemory).OpenRewindable();
        byte[] first = new byte[4];
        await stream.ReadExactlyAsync(first);
        Assert.That(stream.Position, Is.EqualTo(4));
        Assert.That(stream.Length, Is.EqualTo(Bytes.Length));
        if (byPosition)
        {
            stream.Position = 0;
        }
        else
        {
            Assert.That(stream.Seek(-4, SeekOrigin.Current), Is.Zero);
        }

        var all = new MemoryStream();
        await stream.CopyToAsync(all);
        Assert.That(all.ToArray(), Is.EqualTo(Bytes));
        Assert.That(stream.Position, Is.EqualTo(Bytes.Length));
    }

    [Test]
    public async Task Where_it_stands_already_it_can_be_moved_to_and_nowhere_else_but_the_beginning([Values] bool inMemory)
    {
        await using Stream stream = Body(inMemory).OpenRewindable();
        await stream.ReadExactlyAsync(new byte[3]);
        Assert.That(stream.Seek(3, SeekOrigin.Begin), Is.EqualTo(3));
        Assert.That(stream.Seek(-7, SeekOrigin.End), Is.EqualTo(3));
        Assert.That(() => stream.Seek(0, SeekOrigin.End), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => stream.Position = 1, Throws.TypeOf<NotSupportedException>());
    }

    [Test]
    public async Task It_can_be_rewound_and_is_read_synchronously_only_from_memory([Values] bool inMemory)
    {
        await using Stream stream = Body(inMemory).OpenRewindable();
        Assert.That(stream.CanSeek, Is.True);
        Assert.That(() => stream.Read(new byte[1], 0, 1), inMemory ? Is.EqualTo(1) : Throws.TypeOf<NotSupportedException>());
    }

    [Test]
    public void A_body_that_is_opened_once_cannot_be_rewound()
    {
        var once = new CountedSource(canReplay: false);
        Assert.That(() => once.OpenRewindable(), Throws.InvalidOperationException);
        Assert.That(once.Opened, Is.Empty);
    }

    [Test]
    public async Task The_body_is_opened_at_the_first_read_and_closed_with_the_stream()
    {
        var source = new CountedSource(canReplay: true);
        await using (Stream stream = source.OpenRewindable())
        {
            Assert.That(source.Opened, Is.Empty);
            await stream.ReadExactlyAsync(new byte[Bytes.Length]);
        }

        Assert.That(source.Opened, Has.Count.EqualTo(1));
        Assert.That(source.Opened[0].CanRead, Is.False);
    }

    private static StorageBody Body(bool inMemory) => inMemory ? StorageBody.FromBytes(Bytes) : new CountedSource(canReplay: true);

    private sealed class CountedSource(bool canReplay) : StorageBody
    {
        public List<Stream> Opened { get; } = [];

        public override long? Length => Bytes.Length;

        public override ReadOnlyMemory<byte>? Md5 => null;

        public override bool CanReplay => canReplay;

        public override string ETag => throw new InvalidOperationException("Nobody asks.");

        public override Stream Open()
        {
            var stream = new MemoryStream(Bytes);
            Opened.Add(stream);
            return stream;
        }
    }
}
