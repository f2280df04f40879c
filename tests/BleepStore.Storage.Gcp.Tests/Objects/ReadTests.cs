using System.IO.Compression;
using System.Text;
using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer.Faults;
using Google.Cloud.Storage.V1;

namespace BleepStore.Storage.Gcp.Tests.Objects;

public sealed class ReadTests
{
    [Test]
    public async Task What_is_stored_as_gzip_is_read_as_gzip_ranges_too()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Store.GetBucket("bucket");
        byte[] packed = Gzip();
        await bucket.PutAsync("object", packed, new PutOptions { ContentEncoding = "gzip" });

        Assert.That(await ReadAsync(bucket), Is.EqualTo(packed));
        Assert.That(await ReadAsync(bucket, ByteRange.From(2, 5)), Is.EqualTo(packed[2..7]));
    }

    [Test]
    public async Task A_client_that_decodes_gzip_is_found_out_and_told_how_to_be_made()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        await served.Store.GetBucket("bucket").PutAsync("object", Gzip(), new PutOptions { ContentEncoding = "gzip" });
        using StorageClient client =
            await new StorageClientBuilder { BaseUri = $"{served.Server.BaseUri}storage/v1/", UnauthenticatedAccess = true }.BuildAsync();
        await using ObjectStore store = GcpStore.Create(client, new GcpBackendOptions { Bucket = ServedStore.Container });

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => ReadAsync(store.GetBucket("bucket"))))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NotSupported));
        Assert.That(error.Message, Does.Contain("GZipEnabled = false"));
    }

    [Test]
    public async Task The_API_key_of_a_given_client_goes_with_both_requests_of_a_get()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        await served.Store.GetBucket("bucket").PutAsync("object", "bytes"u8.ToArray());
        using StorageClient client = ProxiedStore.Client(served.Server.BaseUri, "the key");
        await using ObjectStore store = GcpStore.Create(client, new GcpBackendOptions { Bucket = ServedStore.Container });
        served.Server.Requests.Clear();

        await ReadAsync(store.GetBucket("bucket"));

        Assert.That(
            served.Server.Requests.Records.Select(static request => (request.Operation, request.Query["key"])),
            Is.EqualTo([("objects.get", "the key"), ("objects.get media", "the key")]));
    }

    [Test]
    public async Task A_body_that_was_changed_on_the_way_is_an_error_and_never_the_object()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        await served.Store.GetBucket("bucket").PutAsync("object", "right"u8.ToArray());
        Bucket damaged = served.Open(o => o.HandlerFactory = _ => new DamagingHandler()).GetBucket("bucket");

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => ReadAsync(damaged)))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.InternalError));
    }

    [Test]
    public async Task A_body_that_breaks_off_is_resumed_where_it_stood()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Store.GetBucket("bucket");
        byte[] bytes = [.. Enumerable.Range(0, 100_000).Select(static n => (byte)(n % 251))];
        await bucket.PutAsync("object", bytes);
        served.Server.Faults.Add(
            static request => request.Operation == "objects.get media", new Fault(FaultKind.CutBody) { BodyBytes = 40_000 });

        Assert.That(await ReadAsync(bucket), Is.EqualTo(bytes));
        Assert.That(
            served.Server.Requests.Records.Last(static record => record.Operation == "objects.get media").Headers["Range"],
            Is.EqualTo("bytes=40000-99999"));
    }

    [Test]
    public async Task Bytes_that_stay_missing_while_the_object_is_there_are_an_error_after_two_rounds()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Store.GetBucket("bucket");
        await bucket.PutAsync("object", "bytes"u8.ToArray());
        served.Server.Faults.Add(static request => request.Operation == "objects.get media", Fault.Refusing(404), times: int.MaxValue);
        served.Server.Requests.Clear();

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => ReadAsync(bucket).WaitAsync(TimeSpan.FromSeconds(30))))!;

        Assert.That((error.Code, error.Status), Is.EqualTo((StorageErrorCode.InternalError, (int?)404)));
        Assert.That(
            served.Server.Requests.Operations,
            Is.EqualTo(new[] { "objects.get", "objects.get media", "objects.get", "objects.get media" }));
    }

    [Test]
    public async Task An_object_that_is_replaced_between_its_properties_and_its_bytes_is_read_as_the_new_one()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        await served.Store.GetBucket("bucket").PutAsync("object", "old"u8.ToArray());
        Bucket bucket = served.Open(o => o.HandlerFactory = _ => new ReplacingHandler(served.Store.GetBucket("bucket"), times: 3))
            .GetBucket("bucket");

        Assert.That(await ReadAsync(bucket), Is.EqualTo("new 3"u8.ToArray()));
    }

    [TestCase(401, StorageErrorCode.AuthenticationFailed)]
    [TestCase(403, StorageErrorCode.AccessDenied)]
    [TestCase(409, StorageErrorCode.OperationAborted)]
    [TestCase(412, StorageErrorCode.PreconditionFailed)]
    [TestCase(413, StorageErrorCode.EntityTooLarge)]
    [TestCase(501, StorageErrorCode.NotSupported)]
    public async Task Refusals_have_the_codes_of_the_contract(int status, StorageErrorCode code)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        served.Server.Faults.Add(
            static request => request.Operation == "objects.get",
            Fault.Refusing(status) with { Reason = "unknownReason" },
            times: int.MaxValue);

        StorageException error = (
            await Assert.ThrowsAsync<StorageException>(() => served.Store.GetBucket("bucket").ExistsAsync("object")))!;

        Assert.That((error.Code, error.Status, error.ProviderCode), Is.EqualTo((code, (int?)status, "unknownReason")));
        Assert.That(error.RequestId, Is.Not.Empty);
    }

    [Test]
    public async Task A_wait_that_is_longer_than_a_client_should_wait_is_the_callers()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        served.Server.Faults.Add(static request => request.Operation == "objects.get", Fault.Refusing(429, TimeSpan.FromMinutes(1)));

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => served.Store.GetBucket("bucket").HeadAsync("object")))!;

        Assert.That(
            (error.Code, error.RetryAfter, error.IsTransient),
            Is.EqualTo((StorageErrorCode.SlowDown, (TimeSpan?)TimeSpan.FromMinutes(1), true)));
    }

    [Test]
    public async Task A_missing_upstream_bucket_is_named_and_not_made()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        ObjectStore store = served.Open(static o => o.Bucket = "missing");

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => store.CheckAsync()))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NoSuchBucket));
        Assert.That(error.Message, Does.Contain("'missing'"));
    }

    private static byte[] Gzip()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
        {
            gzip.Write("text that is stored as gzip"u8);
        }

        return packed.ToArray();
    }

    private static async Task<byte[]> ReadAsync(Bucket bucket, ByteRange? range = null)
    {
        await using ObjectReader reader = await bucket.GetAsync("object", new GetOptions { Range = range });
        return await reader.ReadAllAsync();
    }

    /// <summary>Replaces the object before its bytes are asked for.</summary>
    private sealed class ReplacingHandler(Bucket bucket, int times) : DelegatingHandler(new SocketsHttpHandler())
    {
        private int _replaced;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (_replaced < times && request.RequestUri!.Query.Contains("alt=media", StringComparison.Ordinal))
            {
                _replaced++;
                await bucket.PutAsync("object", Encoding.ASCII.GetBytes($"new {_replaced}"), cancellationToken: cancellationToken);
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>A proxy that changes a byte.</summary>
    private sealed class DamagingHandler() : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (request.RequestUri!.Query.Contains("alt=media", StringComparison.Ordinal))
            {
                byte[] bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
                bytes[0] ^= 1;
                response.Content = new ByteArrayContent(bytes);
            }

            return response;
        }
    }
}
