using System.IO.Compression;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests;

public class ObjectReadStreamTests
{
    private const int Size = 1_000_000;
    private const int Window = 64 * 1024;
    private static readonly byte[] Content = Bytes.Of(Size);

    [Test]
    public async Task It_reads_the_right_bytes_wherever_it_is_moved()
    {
        (Bucket bucket, _) = await PrepareAsync();
        await using ObjectReadStream stream = await bucket.OpenReadAsync("k");
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
            Assert.That(
                buffer.AsSpan(0, count).SequenceEqual(Content.AsSpan((int)Math.Min(position, Size), count)), Is.True, $"at {position}");
            Assert.That(stream.Position, Is.EqualTo(position + count));
        }
    }

    [Test]
    public async Task It_is_the_whole_object_for_whoever_copies_it()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync();
        await using ObjectReadStream stream = await bucket.OpenReadAsync("k");
        var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        Assert.That(copy.ToArray(), Is.EqualTo(Content));

        // Windows of 64, 128, 256 and 512 KiB, and the rest.
        Assert.That((stream.Length, backend.Count("Head"), backend.Count("Get")), Is.EqualTo(((long)Size, 0, 5)));
    }

    [Test]
    public async Task Opening_is_one_request_and_seeking_none()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync();
        await using ObjectReadStream stream = await bucket.OpenReadAsync("k");
        stream.Seek(-10, SeekOrigin.End);
        stream.Position = 5;
        Assert.That(await stream.ReadAsync(Memory<byte>.Empty), Is.Zero);
        await stream.ReadExactlyAsync(new byte[1000]);
        Assert.That((backend.Count("Head"), backend.Count("Get")), Is.EqualTo((0, 1)));
    }

    [TestCase(0, 0)]
    [TestCase(1000, 0)]
    [TestCase(Window - 10, 0)]
    [TestCase(Window - 9, 1)]
    [TestCase(Window, 1)]
    [TestCase(500_000, 1)]
    [TestCase(Size - 10, 1)]
    public async Task A_seek_inside_the_window_costs_nothing_and_any_other_is_one_request(int position, int requests)
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync();
        await using ObjectReadStream stream = await bucket.OpenReadAsync("k");
        stream.Position = position;
        byte[] next = new byte[10];
        await stream.ReadExactlyAsync(next);
        Assert.That(next, Is.EqualTo(Content[position..(position + 10)]));
        Assert.That(backend.Count("Get"), Is.EqualTo(1 + requests));
    }

    [Test]
    public async Task The_window_doubles_up_to_its_limit_and_is_small_again_after_a_leap([Values] bool sync)
    {
        (Bucket bucket, List<ByteRange?> ranges) = await PrepareToCountAsync();
        await using ObjectReadStream stream = await bucket.OpenReadAsync("k", new OpenReadOptions { ReadAheadSize = 3 * Window });
        byte[] buffer = new byte[5000];
        for (int read = 0; read < 120; read++)
        {
            await ReadAsync(stream, buffer, sync);
        }

        stream.Position = 10;
        await ReadAsync(stream, buffer, sync);
        Assert.That(buffer, Is.EqualTo(Content[10..5010]));
        Assert.That(ranges, Is.EqualTo(new ByteRange?[]
        {
            ByteRange.From(0, Window), ByteRange.From(Window, 2 * Window), ByteRange.From(3 * Window, 3 * Window),
            ByteRange.From(6 * Window, 3 * Window), ByteRange.From(9 * Window, 3 * Window), ByteRange.From(10, Window),
        }));
    }

    [Test]
    public async Task A_read_of_more_than_the_window_is_one_request([Values] bool sync)
    {
        (Bucket bucket, List<ByteRange?> ranges) = await PrepareToCountAsync();
        await using ObjectReadStream stream = await bucket.OpenReadAsync("k");
        stream.Position = 200_000;
        byte[] buffer = new byte[300_000];
        await ReadAsync(stream, buffer, sync);
        Assert.That(buffer, Is.EqualTo(Content[200_000..500_000]));
        Assert.That(ranges[1..], Is.EqualTo(new ByteRange?[] { ByteRange.From(200_000, 300_000) }));
    }

    [Test]
    public async Task What_is_read_at_the_end_backwards_is_one_request()
    {
        (Bucket bucket, List<ByteRange?> ranges) = await PrepareToCountAsync();
        await using ObjectReadStream stream = await bucket.OpenReadAsync("k");
        byte[] buffer = new byte[100];
        for (int position = Size - 100; position > Size - 50_000; position -= 1000)
        {
            stream.Position = position;
            await stream.ReadExactlyAsync(buffer);
            Assert.That(buffer, Is.EqualTo(Content[position..(position + 100)]));
        }

        Assert.That(ranges, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_read_that_was_cancelled_or_cut_is_followed_by_the_right_bytes([Values] bool isCut)
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync();
        using var cancel = new CancellationTokenSource();
        await using ObjectReadStream stream = await bucket.OpenReadAsync("k");
        backend.Get = async (request, token) =>
        {
            GetResult result = await backend.Real.GetAsync(request, token);
            var source = new SequentialSource(Content[(int)result.Range.Offset..], chunk: 1000)
            {
                BeforeRead = (at, _) => at < 50_000 ? Task.CompletedTask
                    : isCut ? throw new StorageException(StorageErrorCode.AccessDenied, "The token has expired.")
                    : cancel.CancelAsync(),
            };
            return result with { Content = source };
        };
        byte[] bytes = new byte[1000];
        stream.Position = 100_000;
        Exception thrown = await Catch.AsyncAs<Exception>(() => stream.ReadExactlyAsync(bytes, cancel.Token).AsTask());
        Assert.That(thrown is StorageException, Is.EqualTo(isCut), thrown.ToString());
        backend.Get = (request, token) => backend.Real.GetAsync(request, token).AsTask();

        await stream.ReadExactlyAsync(bytes);

        Assert.That(bytes, Is.EqualTo(Content[100_000..101_000]));
    }

    [Test]
    public async Task An_object_replaced_since_is_PreconditionFailed([Values] bool sync)
    {
        (Bucket bucket, _) = await PrepareAsync();
        await using ObjectReadStream stream = await bucket.OpenReadAsync("k");
        await stream.ReadExactlyAsync(new byte[10]);
        stream.Position = 500_000;
        await bucket.PutAsync("k", Content);
        await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => ReadAsync(stream, new byte[10], sync));
    }

    [Test]
    public async Task Past_the_end_there_is_nothing_and_before_the_beginning_one_cannot_go()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync();
        await using ObjectReadStream stream = await bucket.OpenReadAsync("k");
        stream.Position = Size;
        Assert.That(await stream.ReadAsync(new byte[1]), Is.Zero);
        stream.Position = long.MaxValue;
        Assert.That(await stream.ReadAsync(new byte[1]), Is.Zero);
        Assert.That(backend.Count("Get"), Is.EqualTo(1));
        Assert.That(() => stream.Seek(-Size - 1, SeekOrigin.End), Throws.TypeOf<IOException>());
        Assert.That(() => stream.Position = -1, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => stream.Seek(0, (SeekOrigin)7), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task It_is_read_only()
    {
        (Bucket bucket, _) = await PrepareAsync();
        await using ObjectReadStream stream = await bucket.OpenReadAsync("k");
        Assert.That(() => stream.Write([1], 0, 1), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => stream.SetLength(1), Throws.TypeOf<NotSupportedException>());
        Assert.That((stream.CanRead, stream.CanSeek, stream.CanWrite), Is.EqualTo((true, true, false)));
    }

    [Test]
    public async Task After_disposal_it_reads_no_more([Values] bool sync)
    {
        (Bucket bucket, _) = await PrepareAsync();
        ObjectReadStream stream = await bucket.OpenReadAsync("k");
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
        ObjectReadStream stream = await bucket.OpenReadAsync("k");
        backend.Get = async (request, token) =>
        {
            opening.SetResult();
            await open.Task;

            // As a backend that does not notice the cancellation any more.
            return await backend.Real.GetAsync(request, CancellationToken.None) with { Content = body };
        };
        stream.Position = 500_000;
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
        await using ObjectReadStream stream = await bucket.OpenReadAsync("empty");
        Assert.That(await stream.ReadAsync(new byte[1]), Is.Zero);
        await Catch.CodeAsync(StorageErrorCode.NoSuchKey, () => bucket.OpenReadAsync("missing"));
    }

    [TestCase(4095)]
    [TestCase(0)]
    [TestCase(-1)]
    public async Task A_window_of_less_than_4096_bytes_is_a_bad_argument(int size)
    {
        (Bucket bucket, _) = await PrepareAsync();
        await Catch.AsyncAs<ArgumentOutOfRangeException>(() => bucket.OpenReadAsync("k", new OpenReadOptions { ReadAheadSize = size }));
    }

    [Test]
    public async Task A_zip_of_200_entries_is_listed_in_2_requests_and_an_entry_read_in_1_more([Values] bool sync)
    {
        (Bucket bucket, List<ByteRange?> ranges) = await PrepareToCountAsync();
        var random = new Random(3);
        byte[] content = new byte[60_000];
        random.NextBytes(content);
        await bucket.WriteAsync("k", async stream =>
        {
            await using ZipArchive zip = await ZipArchive.CreateAsync(
                stream, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null);
            for (int entry = 0; entry < 200; entry++)
            {
                await using Stream file = await zip.CreateEntry($"folder/file-{entry}").OpenAsync();
                await file.WriteAsync(content);
            }
        });

        await using ObjectReadStream stream = await bucket.OpenReadAsync("k");
        using ZipArchive archive = sync
            ? new ZipArchive(stream)
            : await ZipArchive.CreateAsync(stream, ZipArchiveMode.Read, leaveOpen: false, entryNameEncoding: null);
        Assert.That(archive.Entries, Has.Count.EqualTo(200));
        int listed = ranges.Count;
        var found = new MemoryStream();
        using (Stream read = archive.GetEntry("folder/file-77")!.Open())
        {
            read.CopyTo(found);
        }

        Assert.That(found.ToArray(), Is.EqualTo(content));
        Assert.That((listed, ranges.Count - listed), Is.EqualTo((2, 1)));
        Assert.That(ranges.Sum(static range => range!.Value.Length ?? 0), Is.LessThanOrEqualTo(3 * Window));
    }

    private static async Task ReadAsync(Stream stream, byte[] buffer, bool sync)
    {
        if (sync)
        {
            stream.ReadExactly(buffer);
        }
        else
        {
            await stream.ReadExactlyAsync(buffer);
        }
    }

    private static async Task<(Bucket Bucket, List<ByteRange?> Ranges)> PrepareToCountAsync()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync();
        var ranges = new List<ByteRange?>();
        backend.Get = (request, token) =>
        {
            ranges.Add(request.Range);
            return backend.Real.GetAsync(request, token).AsTask();
        };
        return (bucket, ranges);
    }

    private static async Task<(Bucket Bucket, ScriptedBackend Backend)> PrepareAsync()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend, partSize: 2 * Size);
        await bucket.PutAsync("k", Content);
        return (bucket, backend);
    }
}
