using System.Text;
using BleepStore.Storage.Tests.Engine.Puts;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests;

public class ObjectWriterTests
{
    private static readonly byte[] Old = "old"u8.ToArray();

    [Test]
    public async Task What_was_written_is_the_object_when_it_is_committed([Values] bool streams, [Values(0, 1, 100, 300_000)] int size)
    {
        (Bucket bucket, _) = await PrepareAsync(streams);
        byte[] bytes = Bytes.Of(size);
        await using ObjectWriter writer = await bucket.OpenWriteAsync("k", new PutOptions { ContentType = "x/y" });
        await writer.Stream.WriteAsync(ReadOnlyMemory<byte>.Empty);
        for (int at = 0; at < size; at += 70_000)
        {
            await writer.Stream.WriteAsync(bytes.AsMemory(at, Math.Min(70_000, size - at)));
        }

        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Old), "nothing is visible before");
        ObjectProperties stored = await writer.CommitAsync();
        Assert.That((stored.Size, stored.ContentType), Is.EqualTo(((long)size, "x/y")));
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Disposed_without_commit_the_old_object_stays_and_nothing_is_under_way(
        [Values] bool streams, [Values(0, 5, 100, 300_000)] int size)
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(streams);
        await using (ObjectWriter writer = await bucket.OpenWriteAsync("k"))
        {
            await writer.Stream.WriteAsync(Bytes.Of(size));
        }

        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Old));
        Assert.That(await PutTransferTests.UploadsAsync(bucket), Is.Zero);
        Assert.That(backend.Count("Complete"), Is.Zero);
    }

    [Test]
    public async Task An_exception_on_the_way_publishes_nothing_even_when_the_stream_was_disposed()
    {
        (Bucket bucket, _) = await PrepareAsync();
        async Task WriteAsync()
        {
            await using ObjectWriter writer = await bucket.OpenWriteAsync("k");
            await using var text = new StreamWriter(writer.Stream, Encoding.UTF8);
            await text.WriteAsync("half an obj");
            throw new InvalidOperationException("Out of ideas.");
        }

        await Catch.AsyncAs<InvalidOperationException>(WriteAsync);
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Old));
    }

    [Test]
    public async Task A_wrapper_can_be_closed_before_the_commit()
    {
        (Bucket bucket, _) = await PrepareAsync();
        await using ObjectWriter writer = await bucket.OpenWriteAsync("k");
        await using (var text = new StreamWriter(writer.Stream, new UTF8Encoding(false)))
        {
            await text.WriteAsync("whole");
        }

        await writer.CommitAsync();
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo("whole"u8.ToArray()));
    }

    [Test]
    public async Task A_failure_of_the_store_wakes_a_writer_that_waits()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync();
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        backend.UploadPart = async (_, _) =>
        {
            await written.Task;
            throw new StorageException(StorageErrorCode.AccessDenied, "No.");
        };
        await using ObjectWriter writer = await bucket.OpenWriteAsync("k");
        Task waiting = writer.Stream.WriteAsync(new byte[1_000_000]).AsTask();
        Assert.That(waiting.IsCompleted, Is.False, "there is more than the pipe holds");
        written.SetResult();

        await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => waiting);
        await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => writer.Stream.WriteAsync(new byte[1]).AsTask());
        await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => writer.CommitAsync());
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Old));
    }

    [Test]
    public async Task A_failure_at_the_commit_is_the_commits([Values] bool streams)
    {
        (Bucket bucket, _) = await PrepareAsync(streams);
        await using ObjectWriter writer = await bucket.OpenWriteAsync("k", new PutOptions { IfAbsent = true });
        await writer.Stream.WriteAsync(new byte[100]);
        StorageException error = await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => writer.CommitAsync());
        Assert.That((error.Operation, error.Key), Is.EqualTo(("Put", "k")));
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Old));
    }

    [Test]
    public async Task A_declared_length_that_is_not_reached_is_IncompleteBody()
    {
        (Bucket bucket, _) = await PrepareAsync();
        await using ObjectWriter writer = await bucket.OpenWriteAsync("k", new PutOptions { ContentLength = 10 });
        await writer.Stream.WriteAsync(new byte[9]);
        await Catch.CodeAsync(StorageErrorCode.IncompleteBody, () => writer.CommitAsync());
    }

    [Test]
    public async Task It_commits_once()
    {
        (Bucket bucket, _) = await PrepareAsync();
        await using ObjectWriter writer = await bucket.OpenWriteAsync("k");
        await writer.Stream.WriteAsync("new"u8.ToArray());
        await writer.CommitAsync();
        await Catch.AsyncAs<InvalidOperationException>(() => writer.CommitAsync());
        await Catch.AsyncAs<InvalidOperationException>(() => writer.Stream.WriteAsync(new byte[1]).AsTask());
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo("new"u8.ToArray()));
    }

    [Test]
    public async Task After_disposal_it_does_not_commit_and_may_be_disposed_again()
    {
        (Bucket bucket, _) = await PrepareAsync();
        ObjectWriter writer = await bucket.OpenWriteAsync("k");
        await writer.DisposeAsync();
        await writer.DisposeAsync();
        await Catch.AsyncAs<InvalidOperationException>(() => writer.CommitAsync());
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Old));
    }

    [Test]
    public async Task Cancelling_what_it_was_opened_with_stops_writer_and_commit()
    {
        (Bucket bucket, _) = await PrepareAsync();
        using var cancel = new CancellationTokenSource();
        await using ObjectWriter writer = await bucket.OpenWriteAsync("k", cancellationToken: cancel.Token);
        await writer.Stream.WriteAsync(new byte[5]);
        await cancel.CancelAsync();
        await Catch.AsyncAs<OperationCanceledException>(() => writer.CommitAsync());
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Old));
    }

    [Test]
    public async Task A_cancelled_commit_leaves_the_old_object()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync();
        await using ObjectWriter writer = await bucket.OpenWriteAsync("k");
        await writer.Stream.WriteAsync(new byte[5]);
        await Catch.AsyncAs<OperationCanceledException>(() => writer.CommitAsync(new CancellationToken(canceled: true)));
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Old));
        Assert.That(backend.Count("Put"), Is.EqualTo(1), "only the old one");
    }

    [Test]
    public async Task A_cancelled_commit_carries_the_token_of_the_commit([Values] bool streams)
    {
        (Bucket bucket, _) = await PrepareAsync(streams);
        using var opening = new CancellationTokenSource();
        using var commit = new CancellationTokenSource();
        await using ObjectWriter writer = await bucket.OpenWriteAsync("k", cancellationToken: opening.Token);
        await writer.Stream.WriteAsync(new byte[5]);
        await commit.CancelAsync();
        OperationCanceledException error = await Catch.AsyncAs<OperationCanceledException>(() => writer.CommitAsync(commit.Token));
        Assert.That(error.CancellationToken, Is.EqualTo(commit.Token));
    }

    [Test]
    public async Task A_cancelled_writer_carries_the_token_that_it_was_opened_with([Values] bool streams)
    {
        (Bucket bucket, _) = await PrepareAsync(streams);
        using var opening = new CancellationTokenSource();
        using var commit = new CancellationTokenSource();
        await using ObjectWriter writer = await bucket.OpenWriteAsync("k", cancellationToken: opening.Token);
        await writer.Stream.WriteAsync(new byte[5]);
        await opening.CancelAsync();
        OperationCanceledException error = await Catch.AsyncAs<OperationCanceledException>(
            () => WriteOnAsync(writer.Stream).WaitAsync(Until.Patience));
        Assert.That(error.CancellationToken, Is.EqualTo(opening.Token));
        error = await Catch.AsyncAs<OperationCanceledException>(() => writer.CommitAsync(commit.Token));
        Assert.That(error.CancellationToken, Is.EqualTo(opening.Token));

        static async Task WriteOnAsync(Stream stream)
        {
            while (true)
            {
                await stream.WriteAsync(new byte[100_000]);
            }
        }
    }

    [Test]
    public async Task A_cancelled_commit_that_may_have_landed_says_so_inside()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync();
        using var commit = new CancellationTokenSource();
        backend.Put = async (request, token) =>
        {
            await backend.Real.PutAsync(request, CancellationToken.None);
            await commit.CancelAsync();
            throw new OperationCanceledException(token);
        };
        await using ObjectWriter writer = await bucket.OpenWriteAsync("k");
        await writer.Stream.WriteAsync(new byte[5]);
        OperationCanceledException error = await Catch.AsyncAs<OperationCanceledException>(() => writer.CommitAsync(commit.Token));
        Assert.That(error.CancellationToken, Is.EqualTo(commit.Token));
        Assert.That(error.InnerException, Is.InstanceOf<StorageException>().With.Property(nameof(StorageException.IsOutcomeUnknown)).True);
    }

    [Test]
    public async Task Another_write_before_the_first_has_ended_is_refused_and_so_is_the_commit([Values] bool sync)
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(streams: true);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        backend.Put = async (request, token) =>
        {
            await go.Task;
            return await backend.Real.PutAsync(request, token);
        };
        await using ObjectWriter writer = await bucket.OpenWriteAsync("k");
        Task write = writer.Stream.WriteAsync(new byte[1_000_000]).AsTask();

        await Catch.AsyncAs<InvalidOperationException>(
            () => sync ? Task.Run(() => writer.Stream.Write(new byte[1])) : writer.Stream.WriteAsync(new byte[1]).AsTask());
        InvalidOperationException refused = await Catch.AsyncAs<InvalidOperationException>(() => writer.CommitAsync());
        Assert.That(refused.Message, Does.Contain("has not ended"));
        go.SetResult();
        await write.WaitAsync(Until.Patience);
        ObjectProperties stored = await writer.CommitAsync();

        Assert.That(stored.Size, Is.EqualTo(1_000_000));
    }

    [Test]
    public async Task Of_200_writers_with_a_cancelled_write_none_commits([Values] bool streams)
    {
        (Bucket bucket, _) = await PrepareAsync(streams);
        for (int round = 0; round < 200; round++)
        {
            await using ObjectWriter writer = await bucket.OpenWriteAsync("k");
            await writer.Stream.WriteAsync(Bytes.Of(round));
            using var cancel = new CancellationTokenSource();
            Task write = writer.Stream.WriteAsync(new byte[200_000], cancel.Token).AsTask();
            await cancel.CancelAsync();
            await write.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (write.IsCanceled)
            {
                await Catch.AsyncAs<InvalidOperationException>(() => writer.CommitAsync());
            }
        }

        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Old));
        Assert.That(await PutTransferTests.UploadsAsync(bucket), Is.Zero);
    }

    [Test]
    public async Task A_synchronous_write_throws_the_failure_of_the_store([Values] bool streams)
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(streams);
        backend.Put = static (_, _) => throw new StorageException(StorageErrorCode.AccessDenied, "No.");
        backend.CreateUpload = static (_, _) => throw new StorageException(StorageErrorCode.AccessDenied, "No.");
        await using ObjectWriter writer = await bucket.OpenWriteAsync("k");

        await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => Task.Run(() =>
        {
            for (int write = 0; write < 1000; write++)
            {
                writer.Stream.Write(new byte[100_000]);
            }
        }));
        await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => writer.CommitAsync());
    }

    [Test]
    public async Task Dispose_does_not_wait_and_the_abort_follows()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync();
        var aborting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        backend.Abort = async (request, token) =>
        {
            aborting.SetResult();
            await go.Task;
            await backend.Real.AbortUploadAsync(request, token);
        };
        ObjectWriter writer = await bucket.OpenWriteAsync("k");
        writer.Stream.Write(Bytes.Of(300_000));
        await Until.TrueAsync(() => backend.Count("UploadPart") > 0);

        // A synchronous write does not wait for the store, which may not have begun the upload yet.
        await Until.TrueAsync(() => backend.Count("UploadPart") > 0);

        writer.Dispose();

        await aborting.Task.WaitAsync(Until.Patience);
        go.SetResult();
        await Until.TrueAsync(async () => await PutTransferTests.UploadsAsync(bucket) == 0);
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Old));
    }

    [Test]
    public async Task It_is_write_only()
    {
        (Bucket bucket, _) = await PrepareAsync();
        await using ObjectWriter writer = await bucket.OpenWriteAsync("k");
        Assert.That(() => writer.Stream.Read(new byte[1], 0, 1), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => writer.Stream.Flush(), Throws.Nothing);
        Assert.That((writer.Stream.CanRead, writer.Stream.CanSeek, writer.Stream.CanWrite), Is.EqualTo((false, false, true)));
    }

    [Test]
    public async Task Nothing_waits_for_the_context_that_it_was_opened_in()
    {
        (Bucket bucket, _) = await PrepareAsync();
        SynchronizationContext? before = SynchronizationContext.Current;
        var stuck = new StuckContext();
        Task<ObjectWriter> opening;
        SynchronizationContext.SetSynchronizationContext(stuck);
        try
        {
            opening = bucket.OpenWriteAsync("k");
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        await using ObjectWriter writer = await opening.WaitAsync(Until.Patience);
        await writer.Stream.WriteAsync(Bytes.Of(200_000)).AsTask().WaitAsync(Until.Patience);
        await writer.CommitAsync().WaitAsync(Until.Patience);

        Assert.That(stuck.Posts, Is.Zero);
    }

    /// <summary>That of a window whose thread is busy.</summary>
    private sealed class StuckContext : SynchronizationContext
    {
        private int _posts;

        public int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback d, object? state) => Interlocked.Increment(ref _posts);
    }

    [Test]
    public async Task Bad_arguments_show_when_it_is_opened()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync();
        StorageException error = await Catch.CodeAsync(StorageErrorCode.InvalidKey, () => bucket.OpenWriteAsync(new string('k', 1025)));
        Assert.That((error.Provider, error.Bucket, error.Operation), Is.EqualTo(("memory", Stores.Bucket, "OpenWrite")));
        await Catch.AsyncAs<ArgumentException>(() => bucket.OpenWriteAsync("k", new PutOptions { ContentType = "ä" }));
        await Catch.AsyncAs<OperationCanceledException>(
            () => bucket.OpenWriteAsync("k", cancellationToken: new CancellationToken(canceled: true)));
        Assert.That(backend.Count("Put"), Is.EqualTo(1), "only the old one");
    }

    [Test]
    public async Task A_synchronous_write_beside_the_disposal_ends_in_a_cancellation_or_says_that_the_writer_has_ended(
        [Values] bool streams)
    {
        (Bucket bucket, _) = await PrepareAsync(streams);
        byte[] bytes = Bytes.Of(200_000);
        for (int run = 0; run < 500; run++)
        {
            ObjectWriter writer = await bucket.OpenWriteAsync("k");
            var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Task writing = Task.Run(() =>
            {
                while (true)
                {
                    writer.Stream.Write(bytes);
                    begun.TrySetResult();
                }
            });
            await begun.Task.WaitAsync(Until.Patience);

            await writer.DisposeAsync();

            Exception error = await Catch.AsyncAs<Exception>(() => writing.WaitAsync(Until.Patience));
            bool isTold = error is InvalidOperationException
                && error.Message.Contains("already committed or discarded", StringComparison.Ordinal);
            Assert.That(error is OperationCanceledException || isTold, Is.True, $"{run}: {error}");
        }

        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Old));
    }

    private static async Task<(Bucket Bucket, ScriptedBackend Backend)> PrepareAsync(bool streams = false)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { StreamsPuts = streams });
        Bucket bucket = Stores.Over(backend, partSize: 50_000);
        await bucket.PutAsync("k", Old);
        return (bucket, backend);
    }
}
