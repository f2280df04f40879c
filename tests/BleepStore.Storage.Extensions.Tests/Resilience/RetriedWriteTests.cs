using BleepStore.Storage.Backends;
using BleepStore.Storage.Extensions.Tests.Support;
using BleepStore.Storage.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Extensions.Tests.Resilience;

/// <summary>Tests which writes are repeated, and which are left to the core because they may have taken effect.</summary>
public sealed class RetriedWriteTests
{
    private static readonly byte[] Content = [1, 2, 3];

    private FaultyBackend _backend = null!;
    private Registered _registered = null!;

    private Bucket Bucket => _registered.Bucket;

    [SetUp]
    public async Task Start()
    {
        _backend = await new FaultyBackend().WithBucketAsync();
        _registered = Over(_backend);
    }

    [TearDown]
    public async Task Stop() => await _registered.DisposeAsync();

    [Test]
    public async Task An_unconditional_put_is_repeated_also_when_its_answer_was_lost()
    {
        _backend.FailAfter("Put", FaultyBackend.Lost());

        await Bucket.PutAsync("key", Content);

        Assert.That(_backend.Calls, Is.EqualTo(new[] { "Put", "Put" }));
        Assert.That(await ReadAsync("key"), Is.EqualTo(Content));
    }

    [Test]
    public async Task A_put_whose_bytes_can_be_read_only_once_is_not_repeated()
    {
        var request = new PutRequest { Bucket = FaultyBackend.Bucket, Key = "key", Body = new OnceBody(Content) };
        _backend.Fail("Put", FaultyBackend.Transient());

        await Assert.ThrowsAsync<StorageException>(() => _registered.Backend.PutAsync(request, CancellationToken.None).AsTask());

        Assert.That(_backend.Count("Put"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_put_that_was_refused_is_repeated_under_its_condition_without_a_look()
    {
        _backend.Fail("Put", FaultyBackend.Transient());

        await Bucket.PutAsync("key", Content, new PutOptions { IfAbsent = true });

        Assert.That(_backend.Calls, Is.EqualTo(new[] { "Put", "Put" }));
    }

    [Test]
    public async Task A_conditional_put_whose_answer_was_lost_is_recognised_and_not_sent_again()
    {
        _backend.FailAfter("Put", FaultyBackend.Lost());

        ObjectProperties stored = await Bucket.PutAsync("key", Content, new PutOptions { IfAbsent = true });

        Assert.That(_backend.Calls, Is.EqualTo(new[] { "Put", "Head" }));
        Assert.That((await Bucket.HeadAsync("key")).Revision, Is.EqualTo(stored.Revision));
    }

    [Test]
    public async Task A_conditional_put_that_did_not_land_is_sent_again_after_a_look()
    {
        _backend.Fail("Put", FaultyBackend.Lost());

        await Bucket.PutAsync("key", Content, new PutOptions { IfAbsent = true });

        Assert.That(_backend.Calls, Is.EqualTo(new[] { "Put", "Head", "Put" }));
        Assert.That(await ReadAsync("key"), Is.EqualTo(Content));
    }

    [Test]
    public async Task A_conditional_put_in_doubt_does_not_replace_what_another_has_written_meanwhile()
    {
        ObjectProperties first = await Bucket.PutAsync("key", new byte[] { 9 });
        ObjectProperties? others = null;
        _backend.FailAfter("Put", FaultyBackend.Lost());
        _backend.Before = async (call, _) =>
        {
            if (call == "Head" && others is null)
            {
                others = await _backend.Real.PutAsync(Put("key", [7]), CancellationToken.None);
            }
        };

        StorageException error = await Assert.ThrowsAsync<StorageException>(
            () => Bucket.PutAsync("key", Content, new PutOptions { IfRevision = first.Revision }));

        Assert.That(error.IsOutcomeUnknown, "it cannot be told from one that never landed");
        Assert.That(_backend.Count("Put"), Is.EqualTo(2), "the first object, and one attempt");
        Assert.That((await Bucket.HeadAsync("key")).Revision, Is.EqualTo(others!.Revision));
    }

    [Test]
    public async Task What_the_last_attempt_met_does_not_hide_that_an_earlier_one_may_have_landed()
    {
        _backend.FailAfter("Put", FaultyBackend.Lost()).Fail("Put", new StorageException(StorageErrorCode.AccessDenied, "No."));

        StorageException error = await Assert.ThrowsAsync<StorageException>(() => Bucket.PutAsync("key", Content));

        Assert.That((error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.AccessDenied, true)));
    }

    [Test]
    public async Task A_cancellation_of_a_write_in_doubt_says_so()
    {
        var time = new ManualTime();
        await using Registered waiting = Over(_backend, time);
        _backend.FailAfter("Put", FaultyBackend.Lost());
        using var cancellation = new CancellationTokenSource();
        Task<ObjectProperties> put = waiting.Bucket.PutAsync("key", Content, cancellationToken: cancellation.Token);
        await time.IsWaitedOn;

        await cancellation.CancelAsync();

        OperationCanceledException cancelled = await Assert.CatchAsync<OperationCanceledException>(() => put);
        Assert.That((cancelled.InnerException as StorageException)?.IsOutcomeUnknown, Is.True);
        Assert.That(_backend.Count("Put"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_delete_is_repeated_also_when_its_answer_was_lost()
    {
        await Bucket.PutAsync("key", Content);
        _backend.FailAfter("Delete", FaultyBackend.Lost());

        await Bucket.DeleteAsync("key");

        Assert.That(_backend.Count("Delete"), Is.EqualTo(2));
        Assert.That(await Bucket.ExistsAsync("key"), Is.False);
    }

    [Test]
    public async Task A_conditional_delete_in_doubt_is_handed_up_and_the_core_finds_out()
    {
        ObjectProperties stored = await Bucket.PutAsync("key", Content);
        _backend.FailAfter("Delete", FaultyBackend.Lost());

        await Bucket.DeleteAsync("key", new DeleteOptions { IfRevision = stored.Revision });

        Assert.That(_backend.Calls.Skip(1), Is.EqualTo(new[] { "Delete", "Head" }));
    }

    [Test]
    public async Task A_conditional_delete_that_was_refused_is_repeated()
    {
        ObjectProperties stored = await Bucket.PutAsync("key", Content);
        _backend.Fail("Delete", FaultyBackend.Transient());

        await Bucket.DeleteAsync("key", new DeleteOptions { IfRevision = stored.Revision });

        Assert.That(_backend.Calls.Skip(1), Is.EqualTo(new[] { "Delete", "Delete" }));
    }

    [Test]
    public async Task Of_many_deletes_only_those_that_failed_for_a_moment_are_repeated()
    {
        foreach (string key in (string[])["a", "b", "c"])
        {
            await Bucket.PutAsync(key, Content);
        }

        _backend.Fail("Delete", FaultyBackend.Transient(), new StorageException(StorageErrorCode.AccessDenied, "No."));

        DeleteManyResult result = await Bucket.DeleteManyAsync(["a", "b", "c"]);

        Assert.That(
            result.Failures.Select(static failure => (failure.Key, failure.Error.Code)),
            Is.EqualTo(new[] { ("b", StorageErrorCode.AccessDenied) }));
        Assert.That(
            _backend.Calls.Where(static call => call.StartsWith("DeleteMany", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "DeleteMany(a,b,c)", "DeleteMany(a)" }));
        Assert.That(await Bucket.ListAsync().Select(static entry => entry.Key).ToListAsync(), Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public async Task Many_deletes_whose_later_attempt_fails_as_a_whole_keep_the_failure_of_each_key()
    {
        foreach (string key in new[] { "a", "b", "c" })
        {
            await Bucket.PutAsync(key, Content);
        }

        int requests = 0;
        _backend.Fail("Delete", FaultyBackend.Transient(), new StorageException(StorageErrorCode.AccessDenied, "No."));
        var expired = new StorageException(StorageErrorCode.AuthenticationFailed, "Expired.");
        _backend.Before = (call, _) => call == "DeleteMany" && ++requests > 1
            ? Task.FromException(requests == 2 ? FaultyBackend.Lost() : expired)
            : Task.CompletedTask;

        DeleteManyResult result = await Bucket.DeleteManyAsync(["a", "b", "c"]);

        Assert.That(requests, Is.EqualTo(3));
        Assert.That(
            result.Failures.Select(static failure => (failure.Key, failure.Error.Code, failure.Error.IsOutcomeUnknown)),
            Is.EquivalentTo(new[]
            {
                ("a", StorageErrorCode.AuthenticationFailed, true),
                ("b", StorageErrorCode.AccessDenied, false),
            }));
        Assert.That(await Bucket.ExistsAsync("c"), Is.False);
    }

    [Test]
    public async Task Many_deletes_that_fail_as_a_whole_from_the_beginning_throw()
    {
        _backend.Before = static (call, _) => call == "DeleteMany"
            ? Task.FromException(new StorageException(StorageErrorCode.AccessDenied, "No."))
            : Task.CompletedTask;

        Assert.That(
            (await Assert.ThrowsAsync<StorageException>(() => Bucket.DeleteManyAsync(["a", "b"]))).Code,
            Is.EqualTo(StorageErrorCode.AccessDenied));
    }

    [Test]
    public async Task Many_deletes_that_never_pass_are_told_key_by_key()
    {
        await Bucket.PutAsync("a", Content);
        _backend.Fail("Delete", [.. Enumerable.Repeat(FaultyBackend.Transient(), 10)]);

        DeleteManyResult result = await Bucket.DeleteManyAsync(["a"]);

        Assert.That(
            result.Failures.Select(static failure => (failure.Key, failure.Error.Code)),
            Is.EqualTo(new[] { ("a", StorageErrorCode.SlowDown) }));
        Assert.That(await Bucket.ExistsAsync("a"));
    }

    [Test]
    public async Task Parts_and_the_completion_of_an_upload_are_repeated()
    {
        _backend.Fail("CreateUpload", FaultyBackend.Transient())
            .FailAfter("UploadPart", FaultyBackend.Lost())
            .FailAfter("Complete", FaultyBackend.Lost());

        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("key");
        PartInfo part = await upload.UploadPartAsync(1, Content);
        ObjectProperties made = await upload.CompleteAsync([part]);

        Assert.That(made.Size, Is.EqualTo(Content.Length));
        Assert.That(
            _backend.Calls,
            Is.EqualTo(new[] { "CreateUpload", "CreateUpload", "UploadPart", "UploadPart", "Complete", "Complete", "Head" }),
            "the core recognises the object by the token of the upload");
    }

    [TestCase(true, 4)]
    [TestCase(false, 1)]
    public async Task The_completion_of_a_large_put_in_doubt_is_repeated_where_the_backend_allows_it(bool canRepeat, int completions)
    {
        var write = new LostCompletions(canRepeat);
        await using var registered = new Registered(
            new OneWriteBackend(write), static builder => builder.WithRetry(), new ManualTime(jumps: true));
        PartedWrite guarded = await registered.Backend.BeginPartsAsync(
            new CreateUploadRequest
            {
                Bucket = FaultyBackend.Bucket,
                Key = "large",
                WriteToken = "AAAAAAAAAAAAAAAAAAAAAA",
            },
            CancellationToken.None);

        StorageException error = await Assert.ThrowsAsync<StorageException>(
            () => guarded.CompleteAsync([], default, CancellationToken.None));

        Assert.That((error.IsOutcomeUnknown, write.Completions), Is.EqualTo((true, completions)));
    }

    private static readonly Action<ObjectStoreBuilder>[] Decorators =
    [
        static builder => builder.WithPrefix("prefix/"),
        static builder => builder.WithTimeout(TimeSpan.FromMinutes(1)),
        static builder => builder.WithConcurrencyLimit(3),
        static builder => builder.WithRetry(),
        static builder => builder.WithCircuitBreaker(),
        static builder => builder.WithRateLimit(static _ => { }),
        static builder => builder.WithCache(),
    ];

    [TestCaseSource(nameof(Decorators))]
    public async Task A_decorator_passes_on_whether_a_completion_can_be_repeated(Action<ObjectStoreBuilder> decorate)
    {
        await using var registered = new Registered(await new FaultyBackend().WithBucketAsync(), decorate);

        PartedWrite write = await registered.Backend.BeginPartsAsync(
            new CreateUploadRequest { Bucket = FaultyBackend.Bucket, Key = "large", WriteToken = "AAAAAAAAAAAAAAAAAAAAAA" },
            CancellationToken.None);

        Assert.That(write.CanRepeatCompletion);
    }

    [Test]
    public async Task A_large_put_whose_parts_fail_for_a_moment_arrives_whole()
    {
        byte[] large = new byte[9 * 1024 * 1024];
        Random.Shared.NextBytes(large);
        _backend.Fail("UploadPart", FaultyBackend.Transient());
        _backend.FailAfter("Complete", FaultyBackend.Lost());

        await Bucket.PutAsync("large", large);

        Assert.That((await ReadAsync("large")).AsSpan().SequenceEqual(large));
        Assert.That(await Bucket.ListMultipartUploadsAsync().ToListAsync(), Is.Empty);
    }

    private static Registered Over(FaultyBackend backend, TimeProvider? time = null) =>
        new(backend, static builder => builder.WithRetry(), time ?? new ManualTime(jumps: true));

    private static PutRequest Put(string key, byte[] content) =>
        new() { Bucket = FaultyBackend.Bucket, Key = key, Body = StorageBody.FromBytes(content) };

    private async Task<byte[]> ReadAsync(string key)
    {
        await using ObjectReader reader = await Bucket.GetAsync(key);
        return await reader.ReadAllAsync();
    }

    /// <summary>Bytes that come from somewhere that cannot be read again.</summary>
    private sealed class OnceBody(byte[] content) : StorageBody
    {
        private readonly StorageBody _inner = FromBytes(content);

        public override long? Length => _inner.Length;

        public override ReadOnlyMemory<byte>? Md5 => null;

        public override bool CanReplay => false;

        public override string ETag => _inner.ETag;

        public override Stream Open() => _inner.Open();
    }

    /// <summary>Every completion is of unknown outcome.</summary>
    private sealed class LostCompletions(bool canRepeat) : PartedWrite
    {
        public int Completions { get; private set; }

        public override bool CanRepeatCompletion => canRepeat;

        public override Task<PartInfo> SendAsync(int partNumber, StorageBody body, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override Task<PartInfo> CopyAsync(
            int partNumber,
            ObjectAddress source,
            ObjectProperties sourceProperties,
            ContentRange range,
            CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override Task<ObjectProperties> CompleteAsync(
            IReadOnlyList<PartInfo> parts, WriteCondition condition, CancellationToken cancellationToken)
        {
            Completions++;
            throw FaultyBackend.Lost();
        }

        public override Task AbortAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class OneWriteBackend(PartedWrite write) : DelegatingBackend(new FaultyBackend())
    {
        public override Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(write);
    }
}
