using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Engine.Reads;

public class SeekableReadStreamTests
{
    private const int Size = 1_000_000;
    private static readonly byte[] Content = Bytes.Of(Size);

    [Test]
    public async Task It_reads_the_right_bytes_wherever_it_is_moved()
    {
        (Bucket bucket, _) = await PrepareAsync();
        await using Stream stream = await bucket.OpenReadAsync("k");
        var random = new Random(5);
        byte[] buffer = new byte[1000];
        for (int turn = 0; turn < 200; turn++)
        {
            long position = random.Next(Size + 100);
            long reached = (turn % 3) switch
            {
                0 => stream.Seek(position, SeekOrigin.Begin),
                1 => stream.Seek(position - stream.Position, SeekOrigin.Current),
                _ => stream.Seek(position - Size, SeekOrigin.End),
            };
            Assert.That(reached, Is.EqualTo(position));
            int count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false);
            int wanted = (int)Math.Clamp(Size - position, 0, buffer.Length);
            Assert.That(count, Is.EqualTo(wanted));
            Assert.That(buffer.AsSpan(0, count).SequenceEqual(Content.AsSpan((int)Math.Min(position, Size), count)), Is.True, $"at {position}");
            Assert.That(stream.Position, Is.EqualTo(position + count));
        }
    }

    [Test]
    public async Task It_is_the_whole_object_for_whoever_copies_it()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync();
        await using Stream stream = await bucket.OpenReadAsync("k");
        var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        Assert.That(copy.ToArray(), Is.EqualTo(Content));
        Assert.That((stream.Length, backend.Count("Head"), backend.Count("Get")), Is.EqualTo(((long)Size, 1, 1)));
    }

    [Test]
    public async Task Opening_and_seeking_ask_for_no_bytes()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync();
        await using Stream stream = await bucket.OpenReadAsync("k");
        stream.Seek(-10, SeekOrigin.End);
        stream.Position = 5;
        Assert.That(await stream.ReadAsync(Memory<byte>.Empty), Is.Zero);
        Assert.That(backend.Count("Get"), Is.Zero);
    }

    [TestCase(100, 1)]
    [TestCase(128 * 1024, 1)]
    [TestCase((128 * 1024) + 1, 2)]
    [TestCase(-1, 2)]
    [TestCase(0, 1)]
    public async Task A_short_way_forward_is_read_over_and_any_other_way_is_another_request(int way, int requests)
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync();
        await using Stream stream = await bucket.OpenReadAsync("k");
        await stream.ReadExactlyAsync(new byte[10]);
        stream.Seek(way, SeekOrigin.Current);
        byte[] next = new byte[10];
        await stream.ReadExactlyAsync(next);
        Assert.That(next, Is.EqualTo(Content[(10 + way)..(20 + way)]));
        Assert.That(backend.Count("Get"), Is.EqualTo(requests));
    }

    [Test]
    public async Task A_way_forward_that_was_cancelled_in_the_middle_leads_to_the_right_place_afterwards()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync();
        using var cancel = new CancellationTokenSource();
        backend.Get = async (request, token) =>
        {
            GetResult result = await backend.Real.GetAsync(request, token);
            var source = new SequentialSource(Content[(int)result.Range.Offset..], chunk: 1000)
            {
                BeforeRead = (at, _) => at == 50_000 ? cancel.CancelAsync() : Task.CompletedTask,
            };
            return result with { Content = source };
        };
        await using Stream stream = await bucket.OpenReadAsync("k");
        await stream.ReadExactlyAsync(new byte[1000]);
        stream.Position = 100_000;
        byte[] bytes = new byte[1000];
        await Catch.AsyncAs<OperationCanceledException>(() => stream.ReadExactlyAsync(bytes, cancel.Token).AsTask());

        await stream.ReadExactlyAsync(bytes);

        Assert.That(bytes, Is.EqualTo(Content[100_000..101_000]));
    }

    [Test]
    public async Task An_object_replaced_since_is_PreconditionFailed([Values] bool afterTheFirstRead)
    {
        (Bucket bucket, _) = await PrepareAsync();
        await using Stream stream = await bucket.OpenReadAsync("k");
        if (afterTheFirstRead)
        {
            await stream.ReadExactlyAsync(new byte[10]);
            stream.Position = 500_000;
        }

        await bucket.PutAsync("k", Content);
        await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => stream.ReadExactlyAsync(new byte[10]).AsTask());
    }

    [Test]
    public async Task Past_the_end_there_is_nothing_and_before_the_beginning_one_cannot_go()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync();
        await using Stream stream = await bucket.OpenReadAsync("k");
        stream.Position = Size;
        Assert.That(await stream.ReadAsync(new byte[1]), Is.Zero);
        stream.Position = long.MaxValue;
        Assert.That(await stream.ReadAsync(new byte[1]), Is.Zero);
        Assert.That(backend.Count("Get"), Is.Zero);
        Assert.That(() => stream.Seek(-Size - 1, SeekOrigin.End), Throws.TypeOf<IOException>());
        Assert.That(() => stream.Position = -1, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => stream.Seek(0, (SeekOrigin)7), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task It_is_read_only_and_asynchronous_only()
    {
        (Bucket bucket, _) = await PrepareAsync();
        await using Stream stream = await bucket.OpenReadAsync("k");
        Assert.That(() => stream.Read(new byte[1], 0, 1), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => stream.Write([1], 0, 1), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => stream.SetLength(1), Throws.TypeOf<NotSupportedException>());
        Assert.That((stream.CanRead, stream.CanSeek, stream.CanWrite), Is.EqualTo((true, true, false)));
    }

    [Test]
    public async Task After_disposal_it_reads_no_more([Values] bool sync)
    {
        (Bucket bucket, _) = await PrepareAsync();
        Stream stream = await bucket.OpenReadAsync("k");
        await stream.ReadExactlyAsync(new byte[1]);
        if (sync)
        {
            stream.Dispose();
        }
        else
        {
            await stream.DisposeAsync();
        }

        await Catch.AsyncAs<ObjectDisposedException>(() => stream.ReadExactlyAsync(new byte[1]).AsTask());
        Assert.That((stream.CanRead, stream.CanSeek), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task A_stream_that_is_disposed_while_it_opens_closes_what_it_opened([Values] bool sync)
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync();
        var opening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var body = new BreakingBody(Content, failure: null);
        backend.Get = async (request, token) =>
        {
            opening.SetResult();
            await open.Task;
            return await backend.Real.GetAsync(request, token) with { Content = body };
        };
        Stream stream = await bucket.OpenReadAsync("k");
        Task<int> read = stream.ReadAsync(new byte[10]).AsTask();
        await opening.Task.WaitAsync(Until.Patience);

        if (sync)
        {
            stream.Dispose();
        }
        else
        {
            await stream.DisposeAsync();
        }

        open.SetResult();

        await Catch.AsyncAs<ObjectDisposedException>(() => read.WaitAsync(Until.Patience));
        Assert.That(body.IsDisposed, Is.True);
    }

    [Test]
    public async Task An_empty_object_is_an_empty_stream_and_a_missing_one_is_NoSuchKey()
    {
        (Bucket bucket, _) = await PrepareAsync();
        await bucket.PutAsync("empty", Array.Empty<byte>());
        await using Stream stream = await bucket.OpenReadAsync("empty");
        Assert.That(await stream.ReadAsync(new byte[1]), Is.Zero);
        await Catch.CodeAsync(StorageErrorCode.NoSuchKey, () => bucket.OpenReadAsync("missing"));
    }

    private static async Task<(Bucket Bucket, ScriptedBackend Backend)> PrepareAsync()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend, partSize: 2 * Size);
        await bucket.PutAsync("k", Content);
        return (bucket, backend);
    }
}
