using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using BleepStore.Storage.Tests.Shared.Network;

namespace BleepStore.Storage.Tests.Network;

/// <summary>Only lower bounds of time are asserted, because a busy machine makes everything later and nothing earlier.</summary>
[CancelAfter(60_000)]
public class ThrottledProxyTests
{
    private const long Rate = 8 * 1024 * 1024;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(10);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    [TearDown]
    public void Stop() => _listener.Dispose();

    [Test]
    public async Task The_bytes_are_the_same_both_ways_and_each_end_is_passed_on(CancellationToken cancellationToken)
    {
        byte[] question = Content(1_500_007, seed: 1);
        byte[] answer = Content(700_001, seed: 2);
        await using ThrottledProxy proxy = Start();
        using Socket client = await ConnectAsync(proxy, cancellationToken);
        using Socket server = await _listener.AcceptSocketAsync(cancellationToken);

        Task<byte[]> asked = ReadToEndAsync(server, cancellationToken);
        await SendAsync(client, question, cancellationToken);
        client.Shutdown(SocketShutdown.Send);

        Assert.That(await asked, Is.EqualTo(question));

        // The client has ended its direction, and the other direction still works.
        Task<byte[]> answered = ReadToEndAsync(client, cancellationToken);
        await SendAsync(server, answer, cancellationToken);
        server.Shutdown(SocketShutdown.Send);

        Assert.That(await answered, Is.EqualTo(answer));
    }

    [Test]
    public async Task No_connection_is_ever_ahead_of_its_rate(CancellationToken cancellationToken)
    {
        await using ThrottledProxy proxy = Start();
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(async seed =>
        {
            using Socket client = await ConnectAsync(proxy, cancellationToken);
            using Socket server = await _listener.AcceptSocketAsync(cancellationToken);
            Task sent = SendAsync(client, Content(1024 * 1024, seed), cancellationToken);
            byte[] buffer = new byte[64 * 1024];
            for (long received = 0; received < 1024 * 1024;)
            {
                received += await server.ReceiveAsync(buffer, cancellationToken);
                TimeSpan least = TimeSpan.FromSeconds((double)received / Rate) + Delay;

                Assert.That(Stopwatch.GetElapsedTime(began), Is.GreaterThanOrEqualTo(least), $"after {received} bytes");
            }

            await sent;
        }));
    }

    [Test]
    public async Task A_round_trip_takes_at_least_both_delays(CancellationToken cancellationToken)
    {
        await using ThrottledProxy proxy = Start();
        using Socket client = await ConnectAsync(proxy, cancellationToken);
        using Socket server = await _listener.AcceptSocketAsync(cancellationToken);
        byte[] one = new byte[1];
        for (int time = 0; time < 5; time++)
        {
            long began = Stopwatch.GetTimestamp();
            await client.SendAsync(one, cancellationToken);
            await server.ReceiveAsync(one, cancellationToken);
            await server.SendAsync(one, cancellationToken);
            await client.ReceiveAsync(one, cancellationToken);

            Assert.That(Stopwatch.GetElapsedTime(began), Is.GreaterThanOrEqualTo(2 * Delay));
        }
    }

    [Test]
    public async Task A_reset_is_passed_on_as_a_reset(CancellationToken cancellationToken)
    {
        await using ThrottledProxy proxy = Start();
        using Socket client = await ConnectAsync(proxy, cancellationToken);
        using Socket server = await _listener.AcceptSocketAsync(cancellationToken);
        byte[] one = new byte[1];
        await client.SendAsync(one, cancellationToken);
        await server.ReceiveAsync(one, cancellationToken);

        server.LingerState = new LingerOption(enable: true, seconds: 0);
        server.Close();

        SocketException? failure =
            await Assert.ThrowsAsync<SocketException>(async () => await client.ReceiveAsync(one, cancellationToken));
        Assert.That(failure!.SocketErrorCode, Is.EqualTo(SocketError.ConnectionReset));
    }

    private static byte[] Content(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task<Socket> ConnectAsync(ThrottledProxy proxy, CancellationToken cancellationToken)
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(proxy.Address.Host, proxy.Address.Port, cancellationToken);
        return client;
    }

    private static async Task SendAsync(Socket to, byte[] bytes, CancellationToken cancellationToken)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            sent += await to.SendAsync(bytes.AsMemory(sent), cancellationToken);
        }
    }

    private static async Task<byte[]> ReadToEndAsync(Socket from, CancellationToken cancellationToken)
    {
        using var all = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = await from.ReceiveAsync(buffer, cancellationToken)) > 0)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    private ThrottledProxy Start()
    {
        _listener.Start();
        return new ThrottledProxy(new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/"), Rate, Delay);
    }
}
