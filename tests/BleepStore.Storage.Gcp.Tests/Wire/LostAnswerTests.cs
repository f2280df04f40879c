using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Tests.Shared.Network;

namespace BleepStore.Storage.Gcp.Tests.Wire;

/// <summary>
/// The server carries a request out, and its answer does not arrive. The socket is cut, since a client's own handler repeats some requests
/// beneath every counter. Each case says what the caller is told and what is stored afterwards.
/// </summary>
internal sealed class LostAnswerTests
{
    private static readonly byte[] Old = "old"u8.ToArray();
    private static readonly byte[] New = "new bytes"u8.ToArray();

    /// <summary>The call, and the request of it that is cut.</summary>
    public enum Call
    {
        Put,
        PutIfAbsent,
        PutIfRevision,
        Delete,
        DeleteIfRevision,
        DeleteMany,
        Copy,
        CopyIfAbsent,
        MoveCopies,
        MoveDeletes,
        Begin,
        Part,
        CompleteClaims,
        CompleteComposes,
        CompleteDeletes,
        AbortMarks,
        AbortDeletes,
        CreateBucket,
    }

    [Test]
    public async Task A_store_that_made_its_client_succeeds_and_the_call_takes_effect_once(
        [Values] Call call, [Values(
            CutMoment.AfterRequest, CutMoment.BeforeAnswer)] CutMoment moment, [Values] CutKind kind, [Values(1, 3)] int times)
    {
        await using ProxiedStore proxied = await ProxiedStore.StartAsync();
        Scene scene = await Scene.SetAsync(call, proxied);

        // A write without a condition is sent once. The next answers that can be lost are those of the look at what became of it.
        bool looks = call is Call.Put or Call.Delete or Call.DeleteMany or Call.Copy or Call.MoveCopies;
        CutRule cut = proxied.Proxy.Cut(
            (method, target) => scene.Matches(method, target) || (looks && method == "GET"), times, moment, kind);

        await scene.RunAsync();

        Assert.That(cut.Cuts, Is.EqualTo(times), "so many answers were lost");
        await proxied.Proxy.SettleAsync();
        await scene.VerifyAsync();
    }

    [Test]
    public async Task An_answer_that_breaks_off_after_its_headers_is_tried_again(
        [Values] Call call, [Values] CutKind kind, [Values(1, 3)] int times)
    {
        await using ProxiedStore proxied = await ProxiedStore.StartAsync();
        Scene scene = await Scene.SetAsync(call, proxied);
        proxied.Proxy.Cut(scene.Matches, times, CutMoment.AfterAnswerHead, kind);

        await scene.RunAsync();

        await proxied.Proxy.SettleAsync();
        await scene.VerifyAsync();
    }

    /// <summary>A client that was given does not retry here. The outcome is found out where a token or a look can tell.</summary>
    [Test]
    public async Task With_a_given_client_the_call_succeeds_or_says_that_the_outcome_is_unknown(
        [Values] Call call,
        [Values(CutMoment.BeforeAnswer, CutMoment.AfterAnswerHead)] CutMoment moment,
        [Values] CutKind kind,
        [Values(1, 3)] int times)
    {
        await using ProxiedStore proxied = await ProxiedStore.StartAsync(givesClient: true);
        Scene scene = await Scene.SetAsync(call, proxied);
        proxied.Proxy.Cut(scene.Matches, times, moment, kind);

        bool canTell = call is not (Call.Begin or Call.Part or Call.CompleteClaims or Call.AbortMarks or Call.AbortDeletes);
        if (canTell)
        {
            await scene.RunAsync();
        }
        else
        {
            await RunUntilItSucceedsAsync(scene, times);
        }

        await proxied.Proxy.SettleAsync();
        await scene.VerifyAsync();
    }

    private static async Task RunUntilItSucceedsAsync(Scene scene, int times)
    {
        for (int tries = 0; tries <= times; tries++)
        {
            try
            {
                await scene.RunAsync();
                return;
            }
            catch (StorageException error) when (tries > 0 && error.Code == StorageErrorCode.NoSuchUpload)
            {
                // An abort of which the answer was lost.
                return;
            }
            catch (StorageException error)
            {
                Assert.That(
                    (error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.ServiceUnavailable, true)), error.ToString());
            }
        }

        Assert.Fail("The call failed more often than answers were lost.");
    }

    private sealed class Scene
    {
        private Scene(Func<string, string, bool> matches, Func<Task> run, Func<Task> verify) =>
            (Matches, RunAsync, VerifyAsync) = (matches, run, verify);

        public Func<string, string, bool> Matches { get; }

        public Func<Task> RunAsync { get; }

        public Func<Task> VerifyAsync { get; }

        public static async Task<Scene> SetAsync(Call call, ProxiedStore proxied)
        {
            await proxied.Served.Store.CreateBucketAsync("bucket");
            return call switch
            {
                Call.Put or Call.PutIfAbsent or Call.PutIfRevision => await PutAsync(call, proxied),
                Call.Delete or Call.DeleteIfRevision or Call.DeleteMany => await DeleteAsync(call, proxied),
                Call.Copy or Call.CopyIfAbsent => await CopyAsync(call, proxied),
                Call.MoveCopies or Call.MoveDeletes => await MoveAsync(call, proxied),
                Call.CreateBucket => CreateBucket(proxied),
                _ => await UploadAsync(call, proxied),
            };
        }

        private static async Task<Scene> PutAsync(Call call, ProxiedStore proxied)
        {
            PutOptions? options = call switch
            {
                Call.PutIfAbsent => new PutOptions { IfAbsent = true },
                Call.PutIfRevision => new PutOptions { IfRevision = (await proxied.Direct.PutAsync("object", Old)).Revision },
                _ => null,
            };
            ObjectProperties? put = null;
            return new Scene(
                static (method, target) => method == "POST" && target.StartsWith("/upload/", StringComparison.Ordinal),
                async () => put = await proxied.Bucket.PutAsync("object", New, options),
                async () =>
                {
                    ObjectProperties stored = await proxied.Direct.HeadAsync("object");
                    Assert.That((put!.Revision, put.ETag, put.Size), Is.EqualTo(
                        (stored.Revision, stored.ETag, stored.Size)), "what was told is what is stored");
                    Assert.That(await ReadAsync(proxied, "object"), Is.EqualTo(New));
                });
        }

        private static async Task<Scene> DeleteAsync(Call call, ProxiedStore proxied)
        {
            ObjectProperties stored = await proxied.Direct.PutAsync("object", Old);
            await proxied.Direct.PutAsync("object-2", Old);
            return new Scene(
                static (method, _) => method == "DELETE",
                call switch
                {
                    Call.DeleteMany => async () => Assert.That((await proxied.Bucket.DeleteManyAsync(["object"])).Failures, Is.Empty),
                    Call.Delete => () => proxied.Bucket.DeleteAsync("object"),
                    _ => () => proxied.Bucket.DeleteAsync("object", new DeleteOptions { IfRevision = stored.Revision }),
                },
                async () => Assert.That(await KeysAsync(proxied), Is.EqualTo(new[] { "object-2" })));
        }

        private static async Task<Scene> CopyAsync(Call call, ProxiedStore proxied)
        {
            await proxied.Direct.PutAsync("source", New, new PutOptions { ContentType = "text/plain" });
            CopyOptions? options = call == Call.CopyIfAbsent ? new CopyOptions { IfAbsent = true } : null;
            ObjectProperties? copy = null;
            return new Scene(
                static (method, target) => method == "POST" && target.Contains("/rewriteTo/", StringComparison.Ordinal),
                async () => copy = await proxied.Bucket.CopyAsync(new ObjectAddress("bucket", "source"), "object", options),
                async () =>
                {
                    ObjectProperties stored = await proxied.Direct.HeadAsync("object");
                    Assert.That((copy!.Revision, copy.ContentType), Is.EqualTo((stored.Revision, "text/plain")));
                    Assert.That(await KeysAsync(proxied), Is.EqualTo(new[] { "object", "source" }));
                    Assert.That(await ReadAsync(proxied, "object"), Is.EqualTo(New));
                });
        }

        private static async Task<Scene> MoveAsync(Call call, ProxiedStore proxied)
        {
            await proxied.Direct.PutAsync("source", New);
            return new Scene(
                call == Call.MoveCopies
                    ? static (method, target) => method == "POST" && target.Contains("/rewriteTo/", StringComparison.Ordinal)
                    : static (method, _) => method == "DELETE",
                () => proxied.Bucket.MoveAsync("source", "object"),
                async () =>
                {
                    Assert.That(await KeysAsync(proxied), Is.EqualTo(new[] { "object" }));
                    Assert.That(await ReadAsync(proxied, "object"), Is.EqualTo(New));
                });
        }

        private static Scene CreateBucket(ProxiedStore proxied) => new(
            static (method, target) => method == "POST" && target.StartsWith("/upload/", StringComparison.Ordinal),
            () => proxied.Store.CreateBucketAsync("another"),
            async () => Assert.That(await proxied.Served.Store.BucketExistsAsync("another"), Is.True));

        private static async Task<Scene> UploadAsync(Call call, ProxiedStore proxied)
        {
            Func<string, string, bool> matches = call switch
            {
                Call.Begin or Call.Part => static (
                    method, target) => method == "POST" && target.StartsWith("/upload/", StringComparison.Ordinal),
                Call.CompleteClaims or Call.AbortMarks => static (method, _) => method == "PATCH",
                Call.CompleteComposes => static (
                    method, target) => method == "POST" && target.Contains("/compose", StringComparison.Ordinal),
                _ => static (method, _) => method == "DELETE",
            };
            if (call == Call.Begin)
            {
                return new Scene(
                    matches,
                    () => proxied.Bucket.CreateMultipartUploadAsync("object"),
                    async () =>
                    {
                        Assert.That(proxied.Served.InternalNames.Count(), Is.EqualTo(1), "one record for one upload");
                        Assert.That(await proxied.Direct.ListMultipartUploadsAsync().CountAsync(), Is.EqualTo(1));
                    });
            }

            await proxied.Direct.PutAsync("object", Old);
            MultipartUpload upload = await proxied.Direct.CreateMultipartUploadAsync("object");
            MultipartUpload through = proxied.Bucket.GetMultipartUpload("object", upload.UploadId);
            PartInfo first = await upload.UploadPartAsync(1, New);
            PartInfo? second = call == Call.Part ? null : await upload.UploadPartAsync(2, Old);
            return call switch
            {
                Call.Part => new Scene(
                    matches,
                    async () => second = await through.UploadPartAsync(2, Old),
                    async () =>
                    {
                        Assert.That(await upload.ListPartsAsync().ToListAsync(), Is.EqualTo(new[] { first, second }));
                        await upload.CompleteAsync([first, second!]);
                        Assert.That(await ReadAsync(proxied, "object"), Is.EqualTo((byte[])[.. New, .. Old]));
                    }),
                Call.AbortMarks or Call.AbortDeletes => new Scene(
                    matches,
                    () => through.AbortAsync(),
                    async () =>
                    {
                        Assert.That(proxied.Served.InternalNames, Is.Empty);
                        Assert.That(await ReadAsync(proxied, "object"), Is.EqualTo(Old));
                    }),
                _ => new Scene(
                    matches,
                    () => through.CompleteAsync([first, second!]),
                    async () =>
                    {
                        Assert.That(await ReadAsync(proxied, "object"), Is.EqualTo((byte[])[.. New, .. Old]));
                        if (call != Call.CompleteDeletes)
                        {
                            Assert.That(proxied.Served.InternalNames, Is.Empty);
                        }

                        // The next completion cleans up what an earlier one could not.
                        await upload.CompleteAsync([first, second!]);
                        Assert.That(proxied.Served.InternalNames, Is.Empty);
                    }),
            };
        }

        private static async Task<byte[]> ReadAsync(ProxiedStore proxied, string key)
        {
            await using ObjectReader reader = await proxied.Direct.GetAsync(key);
            return await reader.ReadAllAsync();
        }

        private static async Task<string[]> KeysAsync(ProxiedStore proxied) =>
            [.. await proxied.Direct.ListAsync().Select(static entry => entry.Key).ToListAsync()];
    }
}
