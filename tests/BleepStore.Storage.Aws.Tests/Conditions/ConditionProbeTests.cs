using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Conditions;

/// <summary>On servers other than Amazon's it is tried what a condition is worth, before anything is left to it.</summary>
public sealed class ConditionProbeTests
{
    private static readonly byte[] Old = "older"u8.ToArray();
    private static readonly byte[] New = "new"u8.ToArray();

    public enum Write
    {
        Put,
        Copy,
        Complete,
    }

    private static IEnumerable<TestCaseData> Cases() =>
        from write in Enum.GetValues<Write>()
        from answer in Enum.GetValues<ConditionAnswer>()
        select new TestCaseData(write, answer);

    [TestCaseSource(nameof(Cases))]
    public async Task IfAbsent_is_left_to_a_server_that_honours_it_and_refused_otherwise(Write write, ConditionAnswer answer)
    {
        var server = new ConditionServer(answer, ConditionAnswer.Honours);
        Bucket bucket = await CreateBucketAsync(server);
        bool isHonoured = answer is ConditionAnswer.Honours or ConditionAnswer.HonoursBare;

        await StorageAssert.FailsAsync(
            isHonoured ? StorageErrorCode.PreconditionFailed : StorageErrorCode.NotSupported,
            () => WriteAsync(bucket, write, "there", ifAbsent: true));
        if (isHonoured)
        {
            await WriteAsync(bucket, write, "absent", ifAbsent: true);
        }
        else
        {
            StorageException error =
                await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => WriteAsync(bucket, write, "absent", ifAbsent: true));
            Assert.That(error.Message, Does.Contain("If-None-Match"));
        }

        Assert.That((await bucket.HeadAsync("there")).Size, Is.EqualTo(Old.Length));
        AssertNothingIsLeft(server, isHonoured ? ["source", "there", "absent"] : ["source", "there"]);
    }

    [TestCaseSource(nameof(Cases))]
    public async Task IfMatch_is_left_to_a_server_that_honours_it_and_refused_otherwise(Write write, ConditionAnswer answer)
    {
        var server = new ConditionServer(ConditionAnswer.Honours, answer);
        Bucket bucket = await CreateBucketAsync(server);
        string etag = (await bucket.HeadAsync("there")).ETag;
        bool isHonoured = answer is ConditionAnswer.Honours or ConditionAnswer.HonoursBare;

        await StorageAssert.FailsAsync(
            isHonoured ? StorageErrorCode.PreconditionFailed : StorageErrorCode.NotSupported,
            () => WriteAsync(bucket, write, "there", ifMatch: new string('1', 32)));
        Assert.That((await bucket.HeadAsync("there")).ETag, Is.EqualTo(etag));
        if (isHonoured)
        {
            await WriteAsync(bucket, write, "there", ifMatch: etag);
            Assert.That((await bucket.HeadAsync("there")).ETag, Is.Not.EqualTo(etag));
        }
        else
        {
            StorageException error =
                await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => WriteAsync(bucket, write, "there", ifMatch: etag));
            Assert.That(error.Message, Does.Contain("If-Match"));
        }

        AssertNothingIsLeft(server, ["source", "there"]);
    }

    [Test]
    public async Task Nothing_is_tried_on_Amazons_own()
    {
        var server = new ConditionServer(ConditionAnswer.Honours, ConditionAnswer.Honours);
        var wire = new StubTransport(server.Answer);

        await wire.CreateBucket().PutAsync("key", New, new PutOptions { IfAbsent = true });

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "PUT" }));
    }

    [Test]
    public async Task It_is_tried_once_for_each_kind_of_write_also_when_many_write_at_once()
    {
        var server = new ConditionServer(ConditionAnswer.Honours, ConditionAnswer.Honours);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var wire = new StubTransport(server.Answer) { BeforeAnswer = (request, _) => IsProbe(request) ? begun.Task : Task.CompletedTask };
        Bucket bucket = await CreateBucketAsync(wire);

        // Each goes on to where it waits for the one trial, which is not answered yet.
        List<Task<ObjectProperties>> puts =
            [.. Enumerable.Range(0, 16).Select(i => bucket.PutAsync($"key-{i}", New, new PutOptions { IfAbsent = true }))];
        Assert.That(puts.Any(static put => put.IsCompleted), Is.False);
        begun.SetResult();
        await Task.WhenAll(puts);
        Assert.That(ProbedNames(wire), Has.Exactly(1).Items);

        await bucket.PutAsync("one more", New, new PutOptions { IfAbsent = true });
        Assert.That(ProbedNames(wire), Has.Exactly(1).Items);

        await bucket.CopyAsync(new ObjectAddress("bucket", "source"), "copy", new CopyOptions { IfAbsent = true });
        await bucket.CopyAsync(new ObjectAddress("bucket", "source"), "copy 2", new CopyOptions { IfAbsent = true });
        Assert.That(ProbedNames(wire), Has.Exactly(3).Items);
    }

    [TestCase(403, "AccessDenied", StorageErrorCode.AccessDenied)]
    [TestCase(503, "SlowDown", StorageErrorCode.SlowDown)]
    [TestCase(404, "NoSuchBucket", StorageErrorCode.NoSuchBucket)]
    public async Task A_trial_that_fails_is_not_remembered(int status, string code, StorageErrorCode expected)
    {
        var server = new ConditionServer(ConditionAnswer.Honours, ConditionAnswer.Honours);
        bool fails = true;
        var wire = new StubTransport(request => fails && IsProbe(request) ? StubAnswer.Error(status, code) : server.Answer(request));
        Bucket bucket = await CreateBucketAsync(wire);

        await StorageAssert.FailsAsync(expected, () => bucket.PutAsync("key", New, new PutOptions { IfAbsent = true }));
        Assert.That(await bucket.ExistsAsync("key"), Is.False);
        fails = false;
        await bucket.PutAsync("key", New, new PutOptions { IfAbsent = true });

        AssertNothingIsLeft(server, ["source", "there", "key"]);
    }

    /// <summary>The trial itself fails in the middle, with an object of ours there.</summary>
    [TestCase(Write.Put)]
    [TestCase(Write.Copy)]
    [TestCase(Write.Complete)]
    public async Task A_trial_that_fails_in_the_middle_leaves_nothing_behind_and_is_reported_as_it_failed(Write write)
    {
        var server = new ConditionServer(ConditionAnswer.Honours, ConditionAnswer.Honours);
        var wire = new StubTransport(request => IsProbe(request) && request.Header("If-Match") is not null
            ? StubAnswer.Error(403, "AccessDenied")
            : server.Answer(request));
        Bucket bucket = await CreateBucketAsync(wire);

        await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => WriteAsync(bucket, write, "absent", ifAbsent: true));

        AssertNothingIsLeft(server, ["source", "there"]);
    }

    [Test]
    public async Task When_what_was_tried_on_cannot_be_taken_away_either_the_first_failure_is_the_one_told()
    {
        var server = new ConditionServer(ConditionAnswer.Honours, ConditionAnswer.Honours);
        var wire = new StubTransport(request => !IsProbe(request) ? server.Answer(request)
            : request.Header("If-Match") is not null ? StubAnswer.Error(503, "SlowDown")
            : request.Kind == "DELETE" ? StubAnswer.Error(403, "AccessDenied")
            : server.Answer(request));
        Bucket bucket = await CreateBucketAsync(wire);

        await StorageAssert.FailsAsync(StorageErrorCode.SlowDown, () => bucket.PutAsync("key", New, new PutOptions { IfAbsent = true }));
    }

    [TestCase(Write.Put)]
    [TestCase(Write.Copy)]
    [TestCase(Write.Complete)]
    public async Task The_cancellation_of_the_caller_who_tries_neither_stops_those_who_wait_nor_leaves_anything_behind(Write write)
    {
        var server = new ConditionServer(ConditionAnswer.Honours, ConditionAnswer.Honours);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool holds = true;
        var wire = new StubTransport(server.Answer)
        {
            BeforeAnswer = async (request, cancellationToken) =>
            {
                if (IsProbe(request) && request.Header("If-None-Match") is not null && Interlocked.Exchange(ref holds, false))
                {
                    reached.SetResult();
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
            },
        };
        Bucket bucket = await CreateBucketAsync(wire);
        using var cancel = new CancellationTokenSource();

        Task first = WriteAsync(bucket, write, "first", ifAbsent: true, cancellationToken: cancel.Token);
        await reached.Task;
        Task second = WriteAsync(bucket, write, "second", ifAbsent: true);
        await cancel.CancelAsync();

        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        await second;
        AssertNothingIsLeft(server, ["source", "there", "second"]);
    }

    [Test]
    public async Task The_cancellation_of_one_who_waits_does_not_stop_the_one_who_tries()
    {
        var server = new ConditionServer(ConditionAnswer.Honours, ConditionAnswer.Honours);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var wire = new StubTransport(server.Answer)
        {
            BeforeAnswer = (request, _) =>
            {
                if (!IsProbe(request))
                {
                    return Task.CompletedTask;
                }

                reached.TrySetResult();
                return goOn.Task;
            },
        };
        Bucket bucket = await CreateBucketAsync(wire);
        using var cancel = new CancellationTokenSource();

        Task first = WriteAsync(bucket, Write.Put, "first", ifAbsent: true);
        await reached.Task;
        Task second = WriteAsync(bucket, Write.Put, "second", ifAbsent: true, cancellationToken: cancel.Token);
        await cancel.CancelAsync();

        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());
        goOn.SetResult();
        await first;
        AssertNothingIsLeft(server, ["source", "there", "first"]);
    }

    private static async Task WriteAsync(
        Bucket bucket,
        Write write,
        string key,
        bool ifAbsent = false,
        string? ifMatch = null,
        CancellationToken cancellationToken = default)
    {
        switch (write)
        {
            case Write.Put:
                await bucket.PutAsync(key, New, new PutOptions { IfAbsent = ifAbsent, IfMatch = ifMatch }, cancellationToken);
                break;
            case Write.Copy:
                await bucket.CopyAsync(
                    new ObjectAddress("bucket", "source"),
                    key,
                    new CopyOptions { IfAbsent = ifAbsent, IfMatch = ifMatch },
                    cancellationToken);
                break;
            default:
                MultipartUpload upload = await bucket.CreateMultipartUploadAsync(key, cancellationToken: cancellationToken);
                try
                {
                    PartInfo part = await upload.UploadPartAsync(1, New, cancellationToken: cancellationToken);
                    await upload.CompleteAsync([part], new CompleteOptions { IfAbsent = ifAbsent, IfMatch = ifMatch }, cancellationToken);
                }
                catch
                {
                    await upload.AbortAsync(CancellationToken.None);
                    throw;
                }

                break;
        }
    }

    private static Task<Bucket> CreateBucketAsync(ConditionServer server) => CreateBucketAsync(new StubTransport(server.Answer));

    private static async Task<Bucket> CreateBucketAsync(StubTransport wire)
    {
        Bucket bucket = wire.CreateBucket(static options => options.Compatibility = AwsCompatibility.S3Compatible);
        await bucket.PutAsync("source", New);
        await bucket.PutAsync("there", Old);
        return bucket;
    }

    private static bool IsProbe(SentRequest request) => request.Uri.AbsolutePath.Contains("/.bleepstore/probe/", StringComparison.Ordinal);

    private static IEnumerable<string> ProbedNames(StubTransport wire) => wire.Sent.Where(IsProbe)
        .Select(static sent => sent.Uri.AbsolutePath.Replace("-new", "", StringComparison.Ordinal))
        .Distinct(StringComparer.Ordinal);

    private static void AssertNothingIsLeft(ConditionServer server, string[] keys)
    {
        Assert.That(server.Names, Is.EquivalentTo(keys.Select(static key => $"/upstream/bucket/{key}")));
        Assert.That(server.OpenUploads, Is.Zero);
    }
}
