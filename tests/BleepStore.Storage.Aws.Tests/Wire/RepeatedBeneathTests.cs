using System.Net;
using System.Net.Sockets;
using System.Text;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>
/// .NET's own handler repeats a request while it waits for the server's consent. Not a byte of the body has been sent then, so the first
/// request cannot have taken effect.
/// </summary>
public sealed class RepeatedBeneathTests
{
    [Test]
    public async Task A_put_that_is_repeated_while_it_waits_for_consent_has_sent_no_body_and_its_refusal_is_definite()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string[]> serving = ServeAsync(listener, "HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await using ObjectStore store = AwsStore.Create(new AwsBackendOptions
        {
            ServiceUrl = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"),
            AccessKeyId = "key",
            SecretAccessKey = "secret",
            Bucket = "upstream",
            Compatibility = AwsCompatibility.Aws,
            ForcePathStyle = true,
            ConfigureClient = static config => config.MaxErrorRetry = 0,
        });

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () =>
                store.GetBucket("bucket").PutAsync("key", Payload.Bytes(2000), new PutOptions { IfAbsent = true }));

        string[] received = await serving;
        Assert.That(received, Has.Length.EqualTo(2));
        Assert.That(received[0], Does.StartWith("PUT /upstream/bucket/key").And.Contain("Expect: 100-continue").And.EndsWith("\r\n\r\n"));
        Assert.That(error.IsOutcomeUnknown, Is.False);
    }

    /// <summary>Ends the first connection after the head of the request, and answers on the second.</summary>
    /// <returns>The request of each connection.</returns>
    private static async Task<string[]> ServeAsync(TcpListener listener, string answer)
    {
        using Socket first = await listener.AcceptSocketAsync();
        string before = await ReadHeadAsync(first);
        first.Shutdown(SocketShutdown.Send);
        before += await ReadAsync(first);
        using Socket second = await listener.AcceptSocketAsync();
        string after = await ReadHeadAsync(second);
        await second.SendAsync(Encoding.ASCII.GetBytes(answer));
        second.Shutdown(SocketShutdown.Send);
        await ReadAsync(second);
        return [before, after];
    }

    private static async Task<string> ReadHeadAsync(Socket connection)
    {
        string head = "";
        while (!head.Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            head += await ReadOnceAsync(connection) is { Length: > 0 } more ? more : throw new EndOfStreamException(head);
        }

        return head;
    }

    private static async Task<string> ReadAsync(Socket connection)
    {
        string all = "";
        while (await ReadOnceAsync(connection) is { Length: > 0 } more)
        {
            all += more;
        }

        return all;
    }

    private static async Task<string> ReadOnceAsync(Socket connection)
    {
        byte[] buffer = new byte[8192];
        try
        {
            return Encoding.Latin1.GetString(buffer, 0, await connection.ReceiveAsync(buffer));
        }
        catch (SocketException)
        {
            return "";
        }
    }
}
