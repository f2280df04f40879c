using System.Buffers;
using BleepStore.Storage.Engine.Sources;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Engine.Puts;

/// <summary>Sources that ignore the token of a read.</summary>
[NonParallelizable]
public class DeafSourceTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    public enum Way
    {
        /// <summary>Held in memory, then sent.</summary>
        Buffered,

        /// <summary>Held in a file, since it is larger than what may be held in memory.</summary>
        Spooled,

        /// <summary>Hashed while it passes.</summary>
        Streamed,

        /// <summary>Read twice, by us and by the backend.</summary>
        Seekable,
    }

    [Test]
    public async Task A_cancelled_put_waits_for_them_five_seconds_and_no_longer([Values] Way way, [Values(0, 40)] int stallsAt)
    {
        var time = new ManualTime();
        (Bucket bucket, ScriptedBackend backend) = Prepare(way, time);
        using var cancel = new CancellationTokenSource();
        var source = new DeafSource(Bytes.Of(64), way == Way.Seekable, stallsAt);
        Task<ObjectProperties> put = bucket.PutAsync("k", source, options: null, cancel.Token);
        await source.HasStalled.WaitAsync(Until.Patience);
        await cancel.CancelAsync();
        await time.IsWaitedOn.WaitAsync(Until.Patience);
        time.Advance(SourceReads.Grace - Moment);
        Assert.That(put.IsCompleted, Is.False);
        time.Advance(Moment);

        OperationCanceledException error = await Catch.AsyncAs<OperationCanceledException>(() => put.WaitAsync(Until.Patience));

        Assert.That(error.CancellationToken, Is.EqualTo(cancel.Token));
        Assert.That(await bucket.ExistsAsync("k"), Is.False);
        Assert.That(await PutTransferTests.UploadsAsync(bucket), Is.Zero);
        await RequireNotPooledAsync(source);
        Assert.That(backend.Count("Complete"), Is.Zero);
    }

    [Test]
    public async Task A_read_that_ends_in_time_ends_the_put_at_once([Values] Way way)
    {
        var time = new ManualTime();
        (Bucket bucket, _) = Prepare(way, time);
        using var cancel = new CancellationTokenSource();
        var source = new DeafSource(Bytes.Of(64), way == Way.Seekable, stallsAt: 40);
        Task<ObjectProperties> put = bucket.PutAsync("k", source, options: null, cancel.Token);
        await source.HasStalled.WaitAsync(Until.Patience);
        await cancel.CancelAsync();
        await source.LetGoAsync();

        OperationCanceledException error = await Catch.AsyncAs<OperationCanceledException>(() => put.WaitAsync(Until.Patience));

        Assert.That(error.CancellationToken, Is.EqualTo(cancel.Token));
        Assert.That(await bucket.ExistsAsync("k"), Is.False);
    }

    [Test]
    public async Task A_cancelled_part_waits_for_them_no_longer([Values] Way way)
    {
        var time = new ManualTime();
        (Bucket bucket, _) = Prepare(way, time);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");
        using var cancel = new CancellationTokenSource();
        var source = new DeafSource(Bytes.Of(64), way == Way.Seekable);
        Task<PartInfo> part = upload.UploadPartAsync(1, source, options: null, cancel.Token);
        await source.HasStalled.WaitAsync(Until.Patience);
        await cancel.CancelAsync();
        await time.IsWaitedOn.WaitAsync(Until.Patience);
        time.Advance(SourceReads.Grace);

        await Catch.AsyncAs<OperationCanceledException>(() => part.WaitAsync(Until.Patience));
        await RequireNotPooledAsync(source);
    }

    [Test]
    public async Task What_a_read_that_was_left_behind_throws_is_observed()
    {
        int unobserved = 0;
        var failure = new InvalidDataException("Too late.");
        EventHandler<UnobservedTaskExceptionEventArgs> count = (_, args) =>
            unobserved += args.Exception.InnerExceptions.Contains(failure) ? 1 : 0;
        TaskScheduler.UnobservedTaskException += count;
        try
        {
            await LeaveBehindAsync(failure);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.That(unobserved, Is.Zero);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= count;
        }
    }

    private static async Task LeaveBehindAsync(Exception failure)
    {
        var time = new ManualTime();
        (Bucket bucket, _) = Prepare(Way.Buffered, time);
        using var cancel = new CancellationTokenSource();
        var source = new DeafSource(Bytes.Of(64), canSeek: false);
        Task<ObjectProperties> put = bucket.PutAsync("k", source, options: null, cancel.Token);
        await source.HasStalled.WaitAsync(Until.Patience);
        await cancel.CancelAsync();
        await time.IsWaitedOn.WaitAsync(Until.Patience);
        time.Advance(SourceReads.Grace);
        await Catch.AsyncAs<OperationCanceledException>(() => put.WaitAsync(Until.Patience));
        await source.LetGoAsync(failure);
    }

    /// <summary>No other code may use a buffer that the source still writes to.</summary>
    private static async Task RequireNotPooledAsync(DeafSource source)
    {
        byte[] held = source.Held!;
        Assert.That(held, Is.Not.Null);
        var rented = new List<byte[]>();
        for (int buffer = 0; buffer < 200; buffer++)
        {
            rented.Add(ArrayPool<byte>.Shared.Rent(held.Length));
        }

        Assert.That(rented, Has.None.SameAs(held));
        await source.LetGoAsync();
        rented.ForEach(static buffer => ArrayPool<byte>.Shared.Return(buffer));
    }

    private static (Bucket Bucket, ScriptedBackend Backend) Prepare(Way way, ManualTime time)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { StreamsPuts = way == Way.Streamed });

        // One part at a time of 32 bytes may be held; a part of the caller's own of unknown length is larger.
        return (Stores.Over(backend, partSize: 32, concurrency: way == Way.Spooled ? 1 : 4, time: time), backend);
    }
}
