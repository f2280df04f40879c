using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;
using BleepStore.Storage.Gcp.TestServer.Faults;

namespace BleepStore.Storage.Gcp.Tests.Wire;

/// <summary>Over HTTP/2 a body breaks off without the connection.</summary>
public sealed class Http2Tests
{
    [Test]
    public async Task A_body_that_is_reset_is_resumed([Values] bool isSynchronous)
    {
        await using ServedStore served = await ServedStore.StartAsync(new GcsServerOptions { SpeaksHttp2 = true });
        using var handler = new Http2Handler();
        Bucket bucket = served.Open(options => options.HandlerFactory = _ => handler).GetBucket("bucket");
        byte[] bytes = [.. Enumerable.Range(0, 100_000).Select(static n => (byte)(n % 251))];
        await bucket.PutAsync("object", bytes);
        served.Server.Faults.Add(
            static request => request.Operation == "objects.get media", new Fault(FaultKind.CutBody) { BodyBytes = 40_000 });
        served.Server.Requests.Clear();

        await using ObjectReader reader = await bucket.GetAsync("object");
        byte[] read = new byte[bytes.Length];
        if (isSynchronous)
        {
            reader.Content.ReadExactly(read);
        }
        else
        {
            await reader.Content.ReadExactlyAsync(read);
        }

        Assert.That(read, Is.EqualTo(bytes));
        Assert.That(served.Server.Requests.Operations.Count(static operation => operation == "objects.get media"), Is.EqualTo(2));
        Assert.That(served.Server.Requests.Records.Select(static record => record.Protocol), Is.All.EqualTo("HTTP/2"));
    }

    /// <summary>A stream can stall while its connection and all other streams go on.</summary>
    [Test]
    public async Task A_body_that_stalls_is_resumed([Values] bool isSynchronous)
    {
        await using ServedStore served = await ServedStore.StartAsync(new GcsServerOptions { SpeaksHttp2 = true });
        using var handler = new Http2Handler();
        var options = new GcpBackendOptions
        {
            Bucket = ServedStore.Container,
            ServiceUrl = served.Server.BaseUri,
            UnauthenticatedAccess = true,
            HandlerFactory = _ => handler,
        };
        await using ObjectStore store = GcpStore.Create(options, new ObjectStoreOptions { IdleTimeout = TimeSpan.FromMilliseconds(500) });
        Bucket bucket = store.GetBucket("bucket");
        byte[] bytes = [.. Enumerable.Range(0, 100_000).Select(static n => (byte)(n % 251))];
        await bucket.PutAsync("object", bytes);
        served.Server.Faults.Add(
            static request => request.Operation == "objects.get media", new Fault(FaultKind.StallBody) { BodyBytes = 40_000 });
        served.Server.Requests.Clear();

        await using ObjectReader reader = await bucket.GetAsync("object");
        byte[] read = new byte[bytes.Length];
        if (isSynchronous)
        {
            await Task.Run(() => reader.Content.ReadExactly(read));
        }
        else
        {
            await reader.Content.ReadExactlyAsync(read);
        }

        Assert.That(read, Is.EqualTo(bytes));
        Assert.That(
            served.Server.Requests.Operations.Count(static operation => operation == "objects.get media"), Is.GreaterThanOrEqualTo(2));
        Assert.That(served.Server.Requests.Records.Select(static record => record.Protocol), Is.All.EqualTo("HTTP/2"));
    }
}
