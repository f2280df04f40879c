using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Engine.Puts;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Engine.Reads;

/// <param name="late">Whether the upstream answers later, or at once.</param>
[TestFixture(false)]
[TestFixture(true)]
public class ResumingStreamTests(bool late)
{
    private const int Size = 20;
    private static readonly byte[] Content = Bytes.Of(Size);

    private static IEnumerable<TestCaseData> BreaksThatResume()
    {
        yield return new TestCaseData(new Func<Exception?>(static () => null)).SetArgDisplayNames("ends early");
        yield return new TestCaseData(new Func<Exception?>(static () => new IOException("Connection reset.")))
            .SetArgDisplayNames("IOException");
        yield return new TestCaseData(new Func<Exception?>(static () => new HttpRequestException("Gone.")))
            .SetArgDisplayNames("HttpRequestException");
        yield return new TestCaseData(new Func<Exception?>(static () => new TaskCanceledException("The client's own timeout.")))
            .SetArgDisplayNames("timeout");
        yield return new TestCaseData(new Func<Exception?>(static () => new StorageException(StorageErrorCode.ServiceUnavailable, "Busy.")))
            .SetArgDisplayNames("ServiceUnavailable");
        yield return new TestCaseData(new Func<Exception?>(static () => new StorageException(StorageErrorCode.SlowDown, "Slower.")))
            .SetArgDisplayNames("SlowDown");
        yield return new TestCaseData(new Func<Exception?>(static () => new StorageException(StorageErrorCode.RequestTimeout, "Late.")))
            .SetArgDisplayNames("RequestTimeout");
    }

    [TestCaseSource(nameof(BreaksThatResume))]
    public async Task A_body_that_breaks_off_anywhere_is_taken_up_where_it_stood(Func<Exception?> failure)
    {
        for (int at = 0; at < Size; at++)
        {
            var backend = new ScriptedBackend();
            Bucket bucket = await PrepareAsync(backend);
            var bodies = new List<BreakingBody>();
            Break(backend, at, failure, bodies);

            Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Content), $"broken at {at}");
            Assert.That(backend.Count("Get"), Is.EqualTo(2));
            Assert.That(bodies.Single().IsDisposed, Is.True);
        }
    }

    [TestCaseSource(nameof(BreaksThatResume))]
    public async Task A_body_that_breaks_off_while_it_is_read_synchronously_is_taken_up_where_it_stood(Func<Exception?> failure)
    {
        for (int at = 0; at < Size; at++)
        {
            var backend = new ScriptedBackend();
            Bucket bucket = await PrepareAsync(backend);
            var bodies = new List<BreakingBody>();
            Break(backend, at, failure, bodies);
            await using ObjectReader reader = await bucket.GetAsync("k");
            var copy = new MemoryStream();

            reader.Content.CopyTo(copy);

            Assert.That(copy.ToArray(), Is.EqualTo(Content), $"broken at {at}");
            Assert.That(backend.Count("Get"), Is.EqualTo(2));
            Assert.That(bodies.Single().IsDisposed, Is.True);
        }
    }

    [Test]
    public async Task A_synchronous_read_of_an_object_that_was_replaced_is_PreconditionFailed()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        Break(backend, 5, static () => new IOException("Cut."));
        await using ObjectReader reader = await bucket.GetAsync("k");
        await bucket.PutAsync("k", Bytes.Of(Size, seed: 9));

        StorageException error = Catch.Code(StorageErrorCode.PreconditionFailed, () => reader.Content.CopyTo(Stream.Null));

        Assert.That((error.Operation, error.Key), Is.EqualTo(("Read", "k")));
    }

    [Test]
    public async Task A_body_that_failed_its_check_stays_failed([Values] bool sync)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        var wrong = new StorageException(StorageErrorCode.InternalError, "It has another checksum.");
        Break(backend, 15, () => wrong);
        await using ObjectReader reader = await bucket.GetAsync("k");
        byte[] bytes = new byte[Size];

        for (int attempt = 0; attempt < 2; attempt++)
        {
            StorageException thrown = sync
                ? Catch.Code(StorageErrorCode.InternalError, () => reader.Content.ReadExactly(bytes))
                : await Catch.CodeAsync(StorageErrorCode.InternalError, () => reader.Content.ReadExactlyAsync(bytes).AsTask());
            Assert.That(thrown, Is.SameAs(wrong));
        }

        Assert.That(backend.Count("Get"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_range_that_breaks_off_goes_on_within_the_range([Values(0, 1, 6)] int at)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        Break(backend, at, static () => new IOException("Cut."));
        await using ObjectReader reader = await bucket.GetAsync("k", new GetOptions { Range = ByteRange.From(5, 7) });
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(Content[5..12]));
    }

    [Test]
    public async Task A_suffix_that_breaks_off_goes_on_by_offset()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        List<GetRequest> requests = Break(backend, 2, static () => new IOException("Cut."));
        await using ObjectReader reader = await bucket.GetAsync("k", new GetOptions { Range = ByteRange.Suffix(5) });
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(Content[15..]));
        Assert.That(requests[1].Range, Is.EqualTo(ByteRange.From(17, 3)));
    }

    [Test]
    public async Task What_is_asked_again_is_the_rest_of_the_same_revision_and_the_conditions_not_again()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        ObjectProperties properties = await bucket.HeadAsync("k");
        List<GetRequest> requests = Break(backend, 8, static () => new IOException("Cut."));

        await using ObjectReader reader = await bucket.GetAsync("k", new GetOptions { IfMatch = properties.ETag });
        await reader.ReadAllAsync();

        Assert.That(requests[0].Conditions.IfMatch?.Only, Is.EqualTo(properties.ETag));
        GetRequest rest = requests[0] with
        {
            Range = ByteRange.From(8, 12),
            IfRevision = properties.Revision,
            Conditions = default,
            IsResumption = true,
        };
        Assert.That(requests[1], Is.EqualTo(rest));
    }

    [TestCase(StorageErrorCode.AccessDenied)]
    [TestCase(StorageErrorCode.NotSupported)]
    [TestCase(StorageErrorCode.NoSuchKey)]
    [TestCase(StorageErrorCode.InternalError)]
    public async Task A_failure_that_will_not_go_away_is_reported_at_once(StorageErrorCode code)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        Break(backend, 8, () => new StorageException(code, "No."));
        StorageException error = await Catch.CodeAsync(code, () => PutTransferTests.ReadAsync(bucket, "k"));
        Assert.That((error.Operation, error.Provider, error.Bucket, error.Key), Is.EqualTo(("Read", "memory", Stores.Bucket, "k")));
        Assert.That(backend.Count("Get"), Is.EqualTo(1));
    }

    [Test]
    public async Task What_a_body_throws_means_what_the_backend_says()
    {
        var backend =
            new ScriptedBackend { MapRead = static thrown => new StorageException(StorageErrorCode.BadDigest, "Other bytes.", thrown) };
        Bucket bucket = await PrepareAsync(backend);
        var differs = new InvalidDataException("The checksums differ.");
        Break(backend, 8, () => differs);
        StorageException error = await Catch.CodeAsync(StorageErrorCode.BadDigest, () => PutTransferTests.ReadAsync(bucket, "k"));
        Assert.That((error.Operation, error.Key, error.InnerException), Is.EqualTo(("Read", "k", differs)));
        Assert.That(backend.Count("Get"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_body_is_taken_up_again_when_the_backend_says_that_trying_again_can_help()
    {
        var backend = new ScriptedBackend { MapRead = static thrown => new StorageException(StorageErrorCode.SlowDown, "Slower.", thrown) };
        Bucket bucket = await PrepareAsync(backend);
        Break(backend, 8, static () => new InvalidDataException("Busy."));
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Content));
        Assert.That(backend.Count("Get"), Is.EqualTo(2));
    }

    [Test]
    public async Task An_object_replaced_while_it_was_read_is_PreconditionFailed_and_never_a_mix()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        Break(backend, 8, static () => new IOException("Cut."));
        await using ObjectReader reader = await bucket.GetAsync("k");
        await bucket.PutAsync("k", Bytes.Of(Size, seed: 2));
        await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => reader.ReadAllAsync());
    }

    [Test]
    public async Task An_object_deleted_while_it_was_read_is_NoSuchKey()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        Break(backend, 8, static () => new IOException("Cut."));
        await using ObjectReader reader = await bucket.GetAsync("k");
        await bucket.DeleteAsync("k");
        await Catch.CodeAsync(StorageErrorCode.NoSuchKey, () => reader.ReadAllAsync());
    }

    [Test]
    public async Task An_upstream_that_ignores_the_revision_is_found_out()
    {
        await ResumeWithAsync(
            StorageErrorCode.PreconditionFailed,
            static result => result with { Properties = result.Properties with { Revision = "another" } });
    }

    [Test]
    public async Task An_upstream_that_says_the_object_is_shorter_now_is_PreconditionFailed()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        Break(backend, 8, static () => new IOException(
            "Cut."), then: static () => throw new StorageException(StorageErrorCode.InvalidRange, "Past the end.") { ObjectSize = 3 });
        await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => PutTransferTests.ReadAsync(bucket, "k"));
    }

    private static IEnumerable<ContentRange> WrongRanges() =>
        [new(0, Size, Size), new(7, 12, Size), new(9, 11, Size), new(8, 11, Size), new(8, 13, Size), new(8, 12, Size + 1)];

    [TestCaseSource(nameof(WrongRanges))]
    public async Task A_wrong_Content_Range_is_an_error_and_its_body_is_not_believed(ContentRange range) =>
        await ResumeWithAsync(StorageErrorCode.InternalError, result => result with { Range = range });

    [TestCase(false, 2, 5, Size)]
    [TestCase(false, 0, Size - 1, Size - 1)]
    [TestCase(false, 0, Size + 1, Size + 1)]
    [TestCase(true, 0, Size, Size)]
    public async Task The_first_answer_must_be_the_range_that_was_asked_too(bool ranged, int offset, int length, int size)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        var body = new BreakingBody(Content, failure: null);
        backend.Get = async (request, token) =>
        {
            GetResult right = await backend.Real.GetAsync(request, token);
            return right with { Range = new ContentRange(offset, length, size), Content = body };
        };

        await Catch.CodeAsync(
            StorageErrorCode.InternalError, () => bucket.GetAsync("k", new GetOptions { Range = ranged ? ByteRange.From(2, 5) : null }));

        Assert.That(body.IsDisposed, Is.True);
    }

    [Test]
    public async Task After_as_many_attempts_as_allowed_without_progress_the_failure_is_reported([Values(0, 1, 4)] int retries)
    {
        var time = new ManualTime(jumps: true);
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend, retries, time);
        backend.Get = async (request, token) =>
            (await backend.Real.GetAsync(request, token)) with { Content = new BreakingBody(default, new IOException("Again.")) };

        StorageException error = await Catch.CodeAsync(StorageErrorCode.ServiceUnavailable, () => PutTransferTests.ReadAsync(bucket, "k"));

        Assert.That(error.InnerException, Is.TypeOf<IOException>());
        Assert.That(backend.Count("Get"), Is.EqualTo(1 + retries));
    }

    [Test]
    public async Task Progress_gives_all_attempts_back()
    {
        var time = new ManualTime(jumps: true);
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend, retries: 1, time);
        backend.Get = async (request, token) =>
        {
            GetResult whole = await backend.Real.GetAsync(request, token);
            int offset = (int)whole.Range.Offset;
            return whole with { Content = new BreakingBody(Content.AsMemory(offset, 1), new IOException("After one byte.")) };
        };

        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Content));
        Assert.That(backend.Count("Get"), Is.EqualTo(Size));
    }

    [Test]
    public async Task A_reopening_that_fails_was_tried_again_by_the_SDK_and_is_not_tried_here()
    {
        var time = new ManualTime(jumps: true);
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend, retries: 3, time);
        int reopenings = 0;
        Break(
            backend,
            8,
            static () => new IOException("Cut."),
            then: () => ++reopenings < 3 ? throw new StorageException(StorageErrorCode.ServiceUnavailable, "Not yet.") : null);
        await Catch.CodeAsync(StorageErrorCode.ServiceUnavailable, () => PutTransferTests.ReadAsync(bucket, "k"));
        Assert.That((reopenings, backend.Count("Get")), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task The_first_attempt_follows_at_once_and_the_waits_before_the_next_grow_up_to_five_seconds()
    {
        var time = new ManualTime(jumps: true);
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend, retries: 100, time);
        backend.Get = async (request, token) =>
            (await backend.Real.GetAsync(request, token)) with { Content = new BreakingBody(default, new IOException("Again.")) };

        await Catch.CodeAsync(StorageErrorCode.ServiceUnavailable, () => PutTransferTests.ReadAsync(bucket, "k"));

        Assert.That(time.Waits, Has.Count.EqualTo(99), "none before the first of the hundred");
        for (int wait = 0; wait < time.Waits.Count; wait++)
        {
            double most = Math.Min(0.1 * Math.Pow(2, wait), 5);
            Assert.That(time.Waits[wait].TotalSeconds, Is.InRange((most / 2) - 0.001, most + 0.001), $"wait {wait}");
        }
    }

    [Test]
    public async Task What_the_upstream_asks_to_wait_is_waited_even_before_the_first_attempt()
    {
        var time = new ManualTime(jumps: true);
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend, retries: 4, time);
        Break(
            backend, 8, static () => new StorageException(StorageErrorCode.SlowDown, "Slower.") { RetryAfter = TimeSpan.FromSeconds(17) });
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Content));
        Assert.That(time.Waits, Is.EqualTo(new[] { TimeSpan.FromSeconds(17) }));
    }

    [Test]
    public async Task Waiting_can_be_cancelled()
    {
        var time = new ManualTime();
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend, retries: 4, time);
        Break(
            backend, 8, static () => new StorageException(StorageErrorCode.SlowDown, "Slower.") { RetryAfter = TimeSpan.FromSeconds(17) });
        using var cancel = new CancellationTokenSource();
        await using ObjectReader reader = await bucket.GetAsync("k");
        Task<byte[]> reading = reader.ReadAllAsync(cancel.Token);
        await cancel.CancelAsync();
        await Catch.AsyncAs<OperationCanceledException>(() => reading);
    }

    [Test]
    public async Task A_read_that_was_cancelled_can_be_gone_on_with()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        await using ObjectReader reader = await bucket.GetAsync("k");
        byte[] bytes = new byte[Size];
        await reader.Content.ReadExactlyAsync(bytes.AsMemory(0, 5));
        await Catch.AsyncAs<OperationCanceledException>(
            () => reader.Content.ReadExactlyAsync(bytes.AsMemory(5), new CancellationToken(canceled: true)).AsTask());
        await reader.Content.ReadExactlyAsync(bytes.AsMemory(5));
        Assert.That(bytes, Is.EqualTo(Content));
    }

    [Test]
    public async Task Resuming_is_logged_and_counted()
    {
        var logger = new TestLogger();
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend, logger: logger);
        await bucket.PutAsync("k", Content);
        Break(backend, 8, static () => new IOException("Cut."));
        await PutTransferTests.ReadAsync(bucket, "k");
        TestLogger.Line line = logger.Lines.Single(static line => line.EventId == 4);
        Assert.That(line.Text, Does.Contain("bucket/k").And.Contain("byte 8").And.Contain("1 of 4"));
    }

    [Test]
    public async Task Read_only_and_forward_only()
    {
        Bucket bucket = await PrepareAsync(new ScriptedBackend());
        await using ObjectReader reader = await bucket.GetAsync("k");
        Assert.That(() => reader.Content.Write([1], 0, 1), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => reader.Content.Seek(0, SeekOrigin.Begin), Throws.TypeOf<NotSupportedException>());
        Assert.That((reader.Content.CanRead, reader.Content.CanSeek, reader.Content.CanWrite), Is.EqualTo((true, false, false)));
    }

    [Test]
    public async Task A_reader_that_was_disposed_reads_no_more_and_may_be_disposed_again()
    {
        Bucket bucket = await PrepareAsync(new ScriptedBackend());
        ObjectReader reader = await bucket.GetAsync("k");
        await reader.DisposeAsync();
        await reader.DisposeAsync();
        await Catch.AsyncAs<ObjectDisposedException>(() => reader.Content.ReadExactlyAsync(new byte[1]).AsTask());
        await Catch.AsyncAs<ObjectDisposedException>(() => reader.Content.CopyToAsync(Stream.Null));
    }

    [Test]
    public async Task A_read_that_was_under_way_when_the_reader_was_disposed_opens_nothing_again()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        var body = new WaitingBody();
        backend.Get = async (request, token) => await backend.Real.GetAsync(request, token) with { Content = body };
        ObjectReader reader = await bucket.GetAsync("k");
        Task<int> read = reader.Content.ReadAsync(new byte[Size]).AsTask();
        await body.IsRead.WaitAsync(Until.Patience);

        await reader.DisposeAsync();

        await Catch.AsyncAs<ObjectDisposedException>(() => read.WaitAsync(Until.Patience));
        Assert.That(backend.Count("Get"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_read_that_waits_to_be_taken_up_when_the_reader_is_disposed_opens_nothing_again()
    {
        var time = new ManualTime();
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend, retries: 4, time);
        Break(
            backend, 8, static () => new StorageException(StorageErrorCode.SlowDown, "Slower.") { RetryAfter = TimeSpan.FromSeconds(17) });
        ObjectReader reader = await bucket.GetAsync("k");
        Task<byte[]> reading = reader.ReadAllAsync();
        await time.IsWaitedOn.WaitAsync(Until.Patience);

        await reader.DisposeAsync();
        time.Advance(TimeSpan.FromSeconds(17));

        await Catch.AsyncAs<ObjectDisposedException>(() => reading.WaitAsync(Until.Patience));
        Assert.That(backend.Count("Get"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_body_that_was_being_opened_again_when_the_reader_was_disposed_is_closed()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        var opening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = new BreakingBody(Content, failure: null);
        int gets = 0;
        backend.Get = async (request, token) =>
        {
            GetResult right = await backend.Real.GetAsync(request, token);
            if (++gets == 1)
            {
                return right with { Content = new BreakingBody(default, new IOException("Cut.")) };
            }

            opening.SetResult();
            await open.Task;
            return right with { Content = second };
        };
        ObjectReader reader = await bucket.GetAsync("k");
        Task<int> read = reader.Content.ReadAsync(new byte[Size]).AsTask();
        await opening.Task.WaitAsync(Until.Patience);

        await reader.DisposeAsync();
        open.SetResult();

        await Catch.AsyncAs<ObjectDisposedException>(() => read.WaitAsync(Until.Patience));
        Assert.That(second.IsDisposed, Is.True);
    }

    [Test]
    public async Task A_copy_goes_in_large_steps_and_delivers_every_byte([Values(0, 1, 1_000_000)] int size)
    {
        byte[] bytes = Bytes.Of(size);
        Bucket bucket = Stores.Over(new ScriptedBackend(), partSize: 2_000_000);
        await bucket.PutAsync("k", bytes);
        var copy = new CountedWrites();
        await using ObjectReader reader = await bucket.GetAsync("k");

        await reader.Content.CopyToAsync(copy);

        Assert.That(copy.ToArray(), Is.EqualTo(bytes));
        Assert.That(copy.Count, Is.EqualTo((size + (256 * 1024) - 1) / (256 * 1024)));
    }

    [Test]
    public async Task Conditions_that_fail_close_the_body()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        var body = new BreakingBody(Content, failure: null);
        backend.Get = async (request, token) => (await backend.Real.GetAsync(request, token)) with { Content = body };
        await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => bucket.GetAsync("k", new GetOptions { IfMatch = "other" }));
        Assert.That(body.IsDisposed, Is.True);
    }

    private sealed class CountedWrites : MemoryStream
    {
        public int Count { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Count++;
            return base.WriteAsync(buffer, cancellationToken);
        }
    }

    private async Task ResumeWithAsync(StorageErrorCode code, Func<GetResult, GetResult> change)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        var wrong = new BreakingBody(Bytes.Of(100, seed: 9), failure: null);
        int gets = 0;
        backend.Get = async (request, token) =>
        {
            GetResult right = await backend.Real.GetAsync(request, token);
            return ++gets == 1
                ? right with { Content = new BreakingBody(Content.AsMemory(0, 8), new IOException("Cut.")) }
                : change(right with { Content = wrong });
        };
        var read = new MemoryStream();
        await using ObjectReader reader = await bucket.GetAsync("k");
        await Catch.CodeAsync(code, () => reader.Content.CopyToAsync(read));
        Assert.That(read.ToArray(), Is.EqualTo(Content[..8]), "no byte of the wrong body arrives");
        Assert.That(wrong.IsDisposed, Is.True);
    }

    private async Task<Bucket> PrepareAsync(ScriptedBackend backend, int retries = 4, TimeProvider? time = null)
    {
        backend.IsLate = late;
        Bucket bucket = Stores.Over(backend, partSize: 100, retries: retries, time: time);
        await bucket.PutAsync("k", Content);
        return bucket;
    }

    /// <summary>
    /// The first body breaks after some bytes; what is opened afterwards is whole, unless <paramref name="then"/> throws.
    /// </summary>
    private static List<GetRequest> Break(
        ScriptedBackend backend, int at, Func<Exception?> failure, List<BreakingBody>? bodies = null, Func<object?>? then = null)
    {
        var requests = new List<GetRequest>();
        backend.Get = async (request, token) =>
        {
            requests.Add(request);
            if (requests.Count > 1)
            {
                then?.Invoke();
                return await backend.Real.GetAsync(request, token);
            }

            GetResult whole = await backend.Real.GetAsync(request, token);
            var body = new BreakingBody(Content.AsMemory((int)whole.Range.Offset, (int)Math.Min(at, whole.Range.Length)), failure());
            bodies?.Add(body);
            return whole with { Content = body };
        };
        return requests;
    }
}
