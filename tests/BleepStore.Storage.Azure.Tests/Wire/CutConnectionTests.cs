using Azure.Storage.Blobs;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Shared.Network;

namespace BleepStore.Storage.Azure.Tests.Wire;

/// <summary>
/// Sockets that break between the client and the emulator, at each request of an operation in turn. The handler beneath every pipeline
/// sends some requests again by itself, which only a broken socket shows. The reported outcome must be the real one.
/// </summary>
[Category(LongRun.Category)]
public sealed class CutConnectionTests
{
    /// <summary>With as many cuts as attempts, every answer is lost.</summary>
    private const int Attempts = 3;

    private static readonly ObjectStoreOptions Options = new() { PartSize = 5 * 1024 * 1024, MinimumPartSize = 1, MaxConcurrency = 1 };
    private static readonly byte[] Old = Payload.Bytes(50, 1);
    private static readonly byte[] New = Payload.Bytes(3000, 2);
    private static readonly byte[] Large = Payload.Bytes((5 * 1024 * 1024) + 3000, 3);

    private static readonly (CutKind Kind, CutMoment Moment)[] Cuts =
    [
        (CutKind.Fin, CutMoment.BeforeAnswer),
        (CutKind.Rst, CutMoment.AfterRequest),
        (CutKind.Rst, CutMoment.BeforeAnswer),
        (CutKind.Fin, CutMoment.AfterAnswerHead),
    ];

    [Test]
    public Task A_put_under_IfAbsent([Values] bool isGiven, [Values(1, Attempts)] int times) => EachRequestAsync(
        MultipartStaging.InPlace,
        isGiven,
        times,
        static _ => Task.CompletedTask,
        static run => run.Bucket.PutAsync(run.Key, New, new PutOptions { IfAbsent = true }),
        static async run =>
        {
            run.AssertSucceeded();
            Assert.That(await run.ReadAsync(), Is.EqualTo(New));
        });

    [Test]
    public Task A_put_of_nothing_under_IfAbsent([Values] bool isGiven, [Values(1, Attempts)] int times) => EachRequestAsync(
        MultipartStaging.InPlace,
        isGiven,
        times,
        static _ => Task.CompletedTask,
        static run => run.Bucket.PutAsync(run.Key, Array.Empty<byte>(), new PutOptions { IfAbsent = true }),
        static async run =>
        {
            run.AssertSucceeded();
            Assert.That(await run.ReadAsync(), Is.Empty);
        });

    [Test]
    public Task A_put_without_condition([Values] bool isGiven, [Values(1, Attempts)] int times) => EachRequestAsync(
        MultipartStaging.InPlace,
        isGiven,
        times,
        static _ => Task.CompletedTask,
        static run => run.Bucket.PutAsync(run.Key, New),
        static async run =>
        {
            run.AssertSucceededOrUnknownIf(run.LosesAll);
            Assert.That(await run.ReadAsync(), Is.EqualTo(New));
        });

    // Each of these sends 5 MiB dozens of times. Every two of the three choices meet, and the tests of single parts have all three.
    [Test]
    [Pairwise]
    public Task A_put_in_parts([Values] MultipartStaging staging, [Values] bool isGiven, [Values(1, Attempts)] int times) =>
        EachRequestAsync(
        staging,
        isGiven,
        times,
        static run => run.Bucket.PutAsync(run.Key, Old),
        static run => run.Bucket.PutAsync(run.Key, Large),
        static async run =>
        {
            // Parts wait where nobody sees them, so that the old object is there for certain.
            bool isPartLost = run.LosesAll && run.Cut.Target.Contains("comp=block&", StringComparison.Ordinal);
            bool isPrivateCommitLost = run.LosesAll
                && run.Cut.Target.Contains("comp=blocklist", StringComparison.Ordinal)
                && run.Cut.Target.Contains(".bleepstore", StringComparison.Ordinal);
            if (run.Failure is not null && (isPartLost || isPrivateCommitLost))
            {
                run.AssertFailedForCertain();
                Assert.That(await run.ReadAsync(), Is.EqualTo(Old));
            }
            else
            {
                run.AssertSucceeded();
                Assert.That((await run.ReadAsync()).AsSpan().SequenceEqual(Large), Is.True);
            }

            Assert.That(await run.ListInternalNamesAsync(), Is.Empty, run.ToString());
        });

    [Test]
    public Task A_delete_of_a_revision([Values] bool isGiven, [Values(1, Attempts)] int times) => EachRequestAsync(
        MultipartStaging.InPlace,
        isGiven,
        times,
        static async run => run.Revision = (await run.Bucket.PutAsync(run.Key, Old)).Revision,
        static run => run.Bucket.DeleteAsync(run.Key, new DeleteOptions { IfRevision = run.Revision }),
        static async run =>
        {
            run.AssertSucceeded();
            Assert.That(await run.ReadAsync(), Is.Null);
        });

    [Test]
    public Task A_delete_without_condition([Values] bool isGiven, [Values(1, Attempts)] int times) => EachRequestAsync(
        MultipartStaging.InPlace,
        isGiven,
        times,
        static run => run.Bucket.PutAsync(run.Key, Old),
        static run => run.Bucket.DeleteAsync(run.Key),
        static async run =>
        {
            run.AssertSucceededOrUnknownIf(run.LosesAll && (run.Failure is not null || !run.IsGiven));
            Assert.That(await run.ReadAsync(), Is.Null);
        });

    [Test]
    public Task A_copy_under_IfAbsent([Values] bool isGiven, [Values(1, Attempts)] int times) => EachRequestAsync(
        MultipartStaging.InPlace,
        isGiven,
        times,
        static run => run.Bucket.PutAsync(run.Key + "-source", New),
        static run =>
            run.Bucket.CopyAsync(new ObjectAddress(run.Bucket.Name, run.Key + "-source"), run.Key, new CopyOptions { IfAbsent = true }),
        static async run =>
        {
            if (run.HasFailedBefore)
            {
                run.AssertFailedForCertain();
                Assert.That(await run.ReadAsync(), Is.Null);
            }
            else
            {
                run.AssertSucceeded();
                Assert.That(await run.ReadAsync(), Is.EqualTo(New));
            }
        });

    [Test]
    public Task A_move([Values] bool isGiven, [Values(1, Attempts)] int times) => EachRequestAsync(
        MultipartStaging.InPlace,
        isGiven,
        times,
        static run => run.Bucket.PutAsync(run.Key + "-source", New),
        static run => run.Bucket.MoveAsync(run.Key + "-source", run.Key),
        static async run =>
        {
            if (run.HasFailedBefore)
            {
                run.AssertFailedForCertain();
                Assert.That(await run.ReadAsync(), Is.Null);
                Assert.That(await run.ReadAsync("-source"), Is.EqualTo(New));
            }
            else
            {
                // A copy without a condition has no token. The source is deleted only after a copy that is certain.
                bool isCopyLost = run.LosesAll && run.Cut.Target.Contains("comp=blocklist", StringComparison.Ordinal);
                run.AssertSucceededOrUnknownIf(isCopyLost);
                Assert.That(await run.ReadAsync(), Is.EqualTo(New));
                Assert.That(await run.ReadAsync("-source"), Is.EqualTo(isCopyLost ? New : null));
            }
        });

    [Test]
    public Task The_beginning_of_an_upload_leaves_one_record_and_no_orphan(
        [Values] MultipartStaging staging, [Values] bool isGiven, [Values(1, Attempts)] int times) => EachRequestAsync(
        staging,
        isGiven,
        times,
        static _ => Task.CompletedTask,
        static async run => run.Upload = await run.Bucket.CreateMultipartUploadAsync(run.Key),
        static async run =>
        {
            run.AssertSucceeded();
            MultipartUploadInfo[] begun =
            [
                .. await run.Elsewhere.ListMultipartUploadsAsync(new ListUploadsOptions { Prefix = run.Key }).ToListAsync(),
            ];
            Assert.That(begun.Select(static info => info.UploadId), Is.EqualTo(new[] { run.Upload!.UploadId }), run.ToString());
        });

    [Test]
    public Task A_part([Values] MultipartStaging staging, [Values] bool isGiven, [Values(1, Attempts)] int times) => EachRequestAsync(
        staging,
        isGiven,
        times,
        static async run => run.Upload = await run.Bucket.CreateMultipartUploadAsync(run.Key),
        static run => run.Upload!.UploadPartAsync(1, New),
        static async run =>
        {
            if (run.HasFailedBefore && run.Cut.Method == "HEAD")
            {
                run.AssertFailedForCertain();
                return;
            }

            // A part has no token; whether it is there can be listed.
            run.AssertSucceededOrUnknownIf(run.LosesAll && run.Cut.Method == "PUT");
            PartInfo part = (await run.Elsewhere.GetMultipartUpload(run.Key, run.Upload!.UploadId).ListPartsAsync().ToListAsync()).Single();
            Assert.That(part.ETag, Is.EqualTo(Convert.ToHexStringLower(Payload.Md5(New))));
        });

    [Test]
    public Task A_completion_under_IfAbsent([Values] MultipartStaging staging, [Values] bool isGiven, [Values(1, Attempts)] int times) =>
        EachRequestAsync(
        staging,
        isGiven,
        times,
        BeginAsync,
        static run => run.Upload!.CompleteAsync([run.Part!], new CompleteOptions { IfAbsent = true }),
        static async run =>
        {
            if (run.Failure is null)
            {
                Assert.That(await run.ReadAsync(), Is.EqualTo(New), run.ToString());
            }
            else
            {
                // A step before that of the object was cut, so nothing was written and the upload is open.
                run.AssertFailedForCertain();
                Assert.That(await run.ReadAsync(), Is.Null, run.ToString());
                await run.Elsewhere.GetMultipartUpload(run.Key, run.Upload!.UploadId)
                    .CompleteAsync([run.Part!], new CompleteOptions { IfAbsent = true });
                Assert.That(await run.ReadAsync(), Is.EqualTo(New), run.ToString());
            }

            Assert.That(await run.ListInternalNamesAsync(), Is.Empty, run.ToString());
        });

    [Test]
    public Task An_abort([Values] MultipartStaging staging, [Values] bool isGiven, [Values(1, Attempts)] int times) => EachRequestAsync(
        staging,
        isGiven,
        times,
        BeginAsync,
        static run => run.Upload!.AbortAsync(),
        static async run =>
        {
            run.AssertSucceeded();
            Assert.That(await run.ListInternalNamesAsync(), Is.Empty, run.ToString());
        });

    [Test]
    public Task An_abort_by_a_store_that_did_not_begin_the_upload([Values] bool isGiven, [Values(1, Attempts)] int times) =>
        EachRequestAsync(
        MultipartStaging.InPlace,
        isGiven,
        times,
        static async run =>
            run.Upload = run.Bucket.GetMultipartUpload(run.Key, (await run.Elsewhere.CreateMultipartUploadAsync(run.Key)).UploadId),
        static run => run.Upload!.AbortAsync(),
        static async run =>
        {
            if (run.HasFailedBefore)
            {
                run.AssertFailedForCertain();
                await run.Elsewhere.GetMultipartUpload(run.Key, run.Upload!.UploadId).AbortAsync();
                return;
            }

            run.AssertSucceeded();
            Assert.That(await run.ListInternalNamesAsync(), Is.Empty, run.ToString());
        });

    [Test]
    public async Task An_abort_of_an_upload_that_is_not_there_is_NoSuchUpload_also_through_a_client_that_was_given()
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync();
        await emulated.Store.CreateBucketAsync("bucket");
        await using ObjectStore given = AzureStore.Create(emulated.Container);

        await StorageAssert.FailsAsync(
            StorageErrorCode.NoSuchUpload,
            () => given.GetBucket("bucket").GetMultipartUpload("key", "AAAAAAAAAAAAAAAAAAAAAA").AbortAsync());
    }

    [TestCase("DELETE")]
    [TestCase("PUT lease")]
    [TestCase("PUT block from url")]
    public async Task Beneath_the_count_of_attempts_no_write_without_content_goes_out_twice(string kind)
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync();
        Bucket elsewhere = await emulated.Store.CreateBucketAsync("bucket");
        await using var proxy = new CuttingProxy(emulated.Account.Url);
        await using ObjectStore store = Open(emulated, proxy, isGiven: false, MultipartStaging.InPlace, retries: 0);
        Bucket bucket = store.GetBucket("bucket");
        await bucket.PutAsync("source", New);
        await bucket.CopyAsync(new ObjectAddress("bucket", "source"), "warm");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
        PartInfo part = await upload.UploadPartAsync(1, New);
        (Func<Task> operation, Func<string, string, bool> matches) = kind switch
        {
            "DELETE" =>
                ((Func<Task>)(() => bucket.DeleteAsync("source")), (Func<string, string, bool>)(static (method, _) => method == "DELETE")),
            "PUT lease" =>
                (() => upload.CompleteAsync([part]), static (_, target) => target.Contains("comp=lease", StringComparison.Ordinal)),
            _ => (
                () => bucket.CopyAsync(new ObjectAddress("bucket", "source"), "copy"),
                static (_, target) => target.Contains("comp=block&", StringComparison.Ordinal)),
        };
        int before = proxy.Requests.Count(request => matches(request.Method, request.Target));

        CutRule cut = proxy.Cut(matches);
        await StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, operation);

        // The claim that may have been acquired is released.
        int others = kind == "PUT lease" ? 1 : 0;
        Assert.That(cut.Cuts, Is.EqualTo(1));
        Assert.That(proxy.Requests.Count(request => matches(request.Method, request.Target)) - before - others, Is.EqualTo(1));
        Assert.That(await elsewhere.ExistsAsync("source"), Is.EqualTo(kind != "DELETE"));
    }

    private static async Task BeginAsync(Run run)
    {
        run.Upload = await run.Bucket.CreateMultipartUploadAsync(run.Key);
        run.Part = await run.Upload.UploadPartAsync(1, New);
    }

    /// <summary>
    /// Runs an operation once for each of its requests, and each way of cutting, until there is no further request to cut.
    /// </summary>
    private static async Task EachRequestAsync(
        MultipartStaging staging, bool isGiven, int times, Func<Run, Task> prepare, Func<Run, Task> operate, Func<Run, Task> verify)
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(options => options.MultipartStaging = staging, Options);
        Bucket elsewhere = await emulated.Store.CreateBucketAsync("bucket");
        await using var proxy = new CuttingProxy(emulated.Account.Url);
        await using ObjectStore store = Open(emulated, proxy, isGiven, staging, retries: Attempts - 1);
        Bucket bucket = store.GetBucket("bucket");

        // Learns which copies the server knows.
        await bucket.PutAsync("small", Old);
        await bucket.CopyAsync(new ObjectAddress("bucket", "small"), "warm");
        foreach ((CutKind kind, CutMoment moment) in Cuts.Take(LongRun.Count(2, Cuts.Length)))
        {
            for (int number = 0; ; number++)
            {
                var run = new Run(
                    emulated,
                    bucket,
                    elsewhere,
                    $"{kind}-{moment}-{number}",
                    times == Attempts && moment != CutMoment.AfterAnswerHead,
                    isGiven);
                await prepare(run);
                CutRule cut = proxy.Cut(run.Take(number), times, moment, kind);
                await run.TryAsync(operate);
                await proxy.SettleAsync();
                bool hasCut = cut.Cuts > 0;
                proxy.Cut(static (_, _) => false);
                if (!hasCut)
                {
                    Assert.That(number, Is.Positive, "something was cut");
                    run.AssertSucceeded();
                    break;
                }

                await verify(run);
            }
        }
    }

    private static ObjectStore Open(EmulatedStore emulated, CuttingProxy proxy, bool isGiven, MultipartStaging staging, int retries)
    {
        var options = new AzureBackendOptions { MultipartStaging = staging };
        if (isGiven)
        {
            var client = new BlobClientOptions { Retry = { MaxRetries = retries, Delay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero } };
            return AzureStore.Create(new BlobServiceClient(proxy.Address, emulated.Account.Credential, client)
                .GetBlobContainerClient(EmulatedStore.ContainerName), options, Options);
        }

        options.ConnectionString = (emulated.Account with { Port = proxy.Address.Port }).ConnectionString;
        options.Container = EmulatedStore.ContainerName;
        options.ConfigureClient = client =>
        {
            client.Retry.MaxRetries = retries;
            client.Retry.Delay = TimeSpan.Zero;
            client.Retry.MaxDelay = TimeSpan.Zero;
        };
        return AzureStore.Create(options, Options);
    }

    /// <summary>One run of an operation of which one request is cut.</summary>
    private sealed class Run(EmulatedStore emulated, Bucket bucket, Bucket elsewhere, string key, bool losesAll, bool isGiven)
    {
        private readonly Lock _lock = new();
        private int _seen;
        private (string Method, string Target)? _cut;

        public Bucket Bucket => bucket;

        /// <summary>The bucket, as another process sees it.</summary>
        public Bucket Elsewhere => elsewhere;

        public string Key => key;

        /// <summary>Whether no attempt at a write was answered.</summary>
        public bool LosesAll => losesAll;

        /// <summary>
        /// Whether the application gave the client, whose handler sends a write without content more often than the client.
        /// </summary>
        public bool IsGiven => isGiven;

        /// <summary>
        /// Whether the failure is that of a request before the write. A handler sends reads more often than the client, so that not all
        /// fail.
        /// </summary>
        public bool HasFailedBefore =>
            Failure is not null && (Cut.Method is "HEAD" or "GET" || Cut.Target.Contains("comp=block&", StringComparison.Ordinal));

        public (string Method, string Target) Cut => _cut!.Value;

        public StorageException? Failure { get; private set; }

        public string? Revision { get; set; }

        public MultipartUpload? Upload { get; set; }

        public PartInfo? Part { get; set; }

        /// <summary>Takes the request of a number, and all that are the same.</summary>
        public Func<string, string, bool> Take(int number) => (method, target) =>
        {
            lock (_lock)
            {
                if (_cut is null && _seen++ == number)
                {
                    _cut = (method, target);
                }

                return _cut == (method, target);
            }
        };

        public async Task TryAsync(Func<Run, Task> operate)
        {
            try
            {
                await operate(this);
            }
            catch (StorageException failure)
            {
                Failure = failure;
            }
        }

        public void AssertSucceeded() => Assert.That(Failure, Is.Null, ToString());

        public void AssertSucceededOrUnknownIf(bool isUnknown)
        {
            Assert.That(Failure is not null, Is.EqualTo(isUnknown), $"{this}: {Failure}");
            Assert.That(Failure?.IsOutcomeUnknown ?? isUnknown, Is.EqualTo(isUnknown), $"{this}: {Failure}");
        }

        public void AssertFailedForCertain()
        {
            Assert.That(Failure, Is.Not.Null, ToString());
            Assert.That(Failure!.IsOutcomeUnknown, Is.False, $"{this}: {Failure}");
        }

        public async Task<byte[]?> ReadAsync(string suffix = "")
        {
            if (!await elsewhere.ExistsAsync(key + suffix))
            {
                return null;
            }

            await using ObjectReader reader = await elsewhere.GetAsync(key + suffix);
            return await reader.ReadAllAsync();
        }

        public Task<IReadOnlyList<string>> ListInternalNamesAsync() => emulated.ListInternalNamesAsync();

        public override string ToString() => $"{key}, {_cut}";
    }
}
