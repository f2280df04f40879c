using System.Net;
using System.Net.Sockets;

namespace BleepStore.Storage.Aws.Tests.Support;

public class StubServerTests
{
    [Test]
    public async Task It_ends_although_somebody_else_takes_its_port_meanwhile()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var go = new ManualResetEventSlim();
        var server = new StubServer(_ =>
        {
            asked.SetResult();
            go.Wait();
            return new HttpResponseMessage(HttpStatusCode.OK);
        });
        using var client = new HttpClient();
        Task<HttpResponseMessage> asking = client.GetAsync(server.Address);
        await asked.Task;

        Task ending = server.DisposeAsync().AsTask();
        using var other = new TcpListener(IPAddress.Loopback, server.Address.Port);
        other.Start();
        go.Set();

        Assert.That(async () => await ending, Throws.Nothing);
        (await asking).Dispose();
    }
}
