using Amazon.S3;
using Amazon.S3.Model;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Shared.Network;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>
/// Sockets that break before the answer of a real server is heard. <see cref="LostAnswerTests"/> tries what Ceph 16 knows no condition
/// for, on a server of our own.
/// </summary>
public sealed class LostAnswersOfCephTests
{
    private static readonly byte[] New = Payload.Bytes(2000);
    private static readonly byte[] Old = "old"u8.ToArray();

    [Test]
    public async Task A_write_succeeds_although_its_first_answer_is_lost(
        [Values("put", "create", "swap", "delete", "copy", "begin", "part", "copy part", "complete", "abort")] string operation,
        [Values] CutKind kind,
        [Values(CutMoment.AfterRequest, CutMoment.BeforeAnswer)] CutMoment moment,
        [Values] bool isGiven)
    {
        await using Lab lab = await Lab.CreateAsync(isGiven);
        Func<Task> run = await lab.PrepareAsync(operation);
        CutRule cut = lab.Proxy.Cut(LostWrites.About(operation), times: 1, moment, kind);

        if (isGiven && operation == "abort")
        {
            // Nobody knows of a client that was given whether it has sent an abort twice. Ceph aborts what was aborted.
            try
            {
                await run();
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchUpload)
            {
                Assert.That(error.IsOutcomeUnknown, Is.True);
            }
        }
        else
        {
            await run();
        }

        Assert.That(cut.Cuts, Is.EqualTo(1));
        await lab.AssertDoneAsync(operation);
    }

    [Test]
    public async Task A_write_whose_answers_are_all_lost_is_looked_for(
        [Values("put", "create", "swap", "copy", "part", "complete", "abort")] string operation,
        [Values] CutKind kind,
        [Values] bool isGiven)
    {
        await using Lab lab = await Lab.CreateAsync(isGiven);
        Func<Task> run = await lab.PrepareAsync(operation);
        CutRule cut = lab.Proxy.Cut(LostWrites.About(operation), times: 100, CutMoment.BeforeAnswer, kind);

        if (operation is "create" or "swap" or "complete")
        {
            await run();
        }
        else
        {
            Assert.That((await StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, run)).IsOutcomeUnknown, Is.True);
        }

        Assert.That(cut.Cuts, Is.GreaterThanOrEqualTo(3));
        await lab.AssertDoneAsync(operation);
    }

    /// <summary>Bodies of answers that break off are read anew, or the call fails.</summary>
    [Test]
    public async Task An_answer_that_breaks_off_is_read_again([Values("get", "list", "list parts")] string operation, [Values] CutKind kind)
    {
        await using Lab lab = await Lab.CreateAsync(isGiven: false);
        await lab.Bucket.PutAsync("key", New);
        MultipartUpload upload = await lab.Bucket.CreateMultipartUploadAsync("large");
        await upload.UploadPartAsync(1, New);
        CutRule cut = lab.Proxy.Cut(static (method, _) => method == "GET", times: 1, CutMoment.AfterAnswerHead, kind);

        if (operation == "get")
        {
            await using ObjectReader reader = await lab.Bucket.GetAsync("key");
            Assert.That(await reader.ReadAllAsync(), Is.EqualTo(New));
        }
        else if (operation == "list")
        {
            Assert.That((await lab.Bucket.ListAsync().ToListAsync()).Select(static entry => entry.Key), Is.EqualTo(new[] { "key" }));
        }
        else
        {
            Assert.That(
                (await upload.ListPartsAsync().ToListAsync()).Select(static part => part.Size), Is.EqualTo(new[] { (long)New.Length }));
        }

        Assert.That(cut.Cuts, Is.EqualTo(1));
    }

    private sealed class Lab : IAsyncDisposable
    {
        private readonly AmazonS3Client _client;
        private readonly AmazonS3Client _bare;
        private readonly string _upstream;
        private readonly ObjectStore _store;
        private readonly LostWrites _writes;

        private Lab(S3Account account, string upstream, bool isGiven)
        {
            _upstream = upstream;
            _bare = account.Client();
            Proxy = new CuttingProxy(account.Url);
            S3Account through = account with { Url = Proxy.Address };
            _client = through.Client();
            _store = isGiven
                ? AwsStore.Create(_client, new AwsBackendOptions { Bucket = upstream })
                : AwsStore.Create(through.Options(upstream));
            Bucket = _store.GetBucket("bucket");
            _writes = new LostWrites(Bucket, Old, New);
        }

        public CuttingProxy Proxy { get; }

        public Bucket Bucket { get; }

        public static async Task<Lab> CreateAsync(bool isGiven)
        {
            S3Account account = (await Radosgw.RequireAsync()).Account;
            return new Lab(account, await account.CreateBucketAsync(), isGiven);
        }

        public Task<Func<Task>> PrepareAsync(string operation) => _writes.PrepareAsync(operation);

        public async Task AssertDoneAsync(string operation)
        {
            await Proxy.SettleAsync();
            switch (operation)
            {
                case "delete":
                    Assert.That(await NamesAsync(), Is.EqualTo(new[] { "bucket/source" }));
                    break;
                case "swap":
                    Assert.That(await NamesAsync(), Is.EqualTo(new[] { "bucket/old", "bucket/source" }));
                    Assert.That(await ReadAsync("bucket/old"), Is.EqualTo(New));
                    break;
                case "abort":
                    Assert.That(await OpenUploadsAsync(), Is.Zero);
                    break;
                case "begin":
                    // There is one for every time the request was sent, because their origin is unknown.
                    Assert.That(await OpenUploadsAsync(), Is.EqualTo(2));
                    break;
                case "part" or "copy part":
                    Assert.That(
                        (await _writes.Upload!.ListPartsAsync().ToListAsync()).Select(static part => (part.PartNumber, part.Size)),
                        Is.EqualTo(new[] { (1, (long)New.Length) }));
                    break;
                default:
                    Assert.That(await NamesAsync(), Is.EqualTo(new[] { "bucket/key", "bucket/old", "bucket/source" }));
                    Assert.That(await ReadAsync("bucket/key"), Is.EqualTo(New));
                    break;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _store.DisposeAsync();
            await Proxy.DisposeAsync();
            _client.Dispose();
            _bare.Dispose();
        }

        private async Task<string[]> NamesAsync() =>
            [.. ((await _bare.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _upstream })).S3Objects ?? [])
                .Select(static item => item.Key)];

        private async Task<int> OpenUploadsAsync() =>
            (await _bare.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = _upstream })).MultipartUploads?.Count
                ?? 0;

        private async Task<byte[]> ReadAsync(string name)
        {
            using GetObjectResponse answer = await _bare.GetObjectAsync(_upstream, name);
            using var bytes = new MemoryStream();
            await answer.ResponseStream.CopyToAsync(bytes);
            return bytes.ToArray();
        }
    }
}
