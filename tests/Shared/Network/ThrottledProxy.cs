using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace BleepStore.Storage.Tests.Shared.Network;

/// <summary>
/// A TCP proxy that behaves like a distant server. Each direction of each connection has its own rate and its own delay. The bytes are
/// passed on as they are. Setting up a connection costs no round trip.
/// </summary>
internal sealed class ThrottledProxy : IAsyncDisposable
{
    /// <summary>The default rate of each direction of each connection (25 MiB/s).</summary>
    public const long DefaultBytesPerSecond = 25 * 1024 * 1024;

    private const int ChunkSize = 64 * 1024;

    /// <summary>
    /// How many bytes of one direction are under way at most. By default that is four times the rate times the delay, so it slows nothing.
    /// </summary>
    private const int Window = 1024 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, byte> _connections = [];
    private readonly Uri _server;
    private readonly long _bytesPerSecond;
    private readonly long _delay;
    private readonly Task _accepting;

    /// <param name="server">The server. Only host and port count.</param>
    /// <param name="bytesPerSecond">The rate of each direction of each connection.</param>
    /// <param name="delay">The delay of each direction. The default is 10 milliseconds, so a round trip takes 20.</param>
    public ThrottledProxy(Uri server, long bytesPerSecond = DefaultBytesPerSecond, TimeSpan? delay = null)
    {
        _server = server;
        _bytesPerSecond = bytesPerSecond;
        _delay = TicksOf(delay ?? TimeSpan.FromMilliseconds(10));
        _listener.Start(backlog: 512);
        _accepting = AcceptAsync();
    }

    /// <summary>The address of the server, with the host and port of the proxy.</summary>
    public Uri Address => new UriBuilder(_server) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Socket client = await _listener.AcceptSocketAsync(_stop.Token);
                Task serving = ServeAsync(client);
                _connections.TryAdd(serving, 0);
                _ = serving.ContinueWith(ended => _connections.TryRemove(ended, out _), TaskScheduler.Default);
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
            using var broken = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            client.NoDelay = true;
            server.NoDelay = true;
            try
            {
                await server.ConnectAsync(_server.Host, _server.Port, _stop.Token);
                await Task.WhenAll(CarryAsync(client, server, broken), CarryAsync(server, client, broken));
            }
            catch (Exception failure) when (failure is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One side is gone, so the other side learns it by a reset.
                client.LingerState = new LingerOption(enable: true, seconds: 0);
                server.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        }
    }

    /// <summary>Passes on one direction until its end, and then passes on the end.</summary>
    private Task CarryAsync(Socket from, Socket to, CancellationTokenSource broken)
    {
        var bytes = new Pipe(new PipeOptions(
            pauseWriterThreshold: Window,
            resumeWriterThreshold: Window / 2,
            minimumSegmentSize: ChunkSize,
            useSynchronizationContext: false));
        var chunks = Channel.CreateUnbounded<(int Count, long Due)>(
            new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        return Task.WhenAll(
            OrBreakAsync(ReceiveAsync(from, bytes.Writer, chunks.Writer, broken.Token), broken),
            OrBreakAsync(SendAsync(to, bytes.Reader, chunks.Reader, broken.Token), broken));
    }

    /// <summary>A failure ends both directions.</summary>
    private static async Task OrBreakAsync(Task half, CancellationTokenSource broken)
    {
        try
        {
            await half;
        }
        catch (Exception)
        {
            await broken.CancelAsync();
            throw;
        }
    }

    /// <summary>
    /// Receives chunks and computes when each is due. A chunk occupies the line for its length at the rate. Then it travels for the delay.
    /// So the rate is kept however late the timers are.
    /// </summary>
    private async Task ReceiveAsync(
        Socket from, PipeWriter bytes, ChannelWriter<(int Count, long Due)> chunks, CancellationToken cancellationToken)
    {
        long free = 0;
        int count;
        do
        {
            count = await from.ReceiveAsync(bytes.GetMemory(ChunkSize)[..ChunkSize], cancellationToken);
            free = Math.Max(free, Stopwatch.GetTimestamp()) + TicksOf(count);
            await chunks.WriteAsync((count, free + _delay), cancellationToken);
            bytes.Advance(count);
            await bytes.FlushAsync(cancellationToken);
        }
        while (count > 0);
    }

    private static async Task SendAsync(
        Socket to, PipeReader bytes, ChannelReader<(int Count, long Due)> chunks, CancellationToken cancellationToken)
    {
        while (true)
        {
            (int count, long due) = await chunks.ReadAsync(cancellationToken);
            await WaitAsync(due, cancellationToken);
            if (count == 0)
            {
                // Only this direction has ended.
                to.Shutdown(SocketShutdown.Send);
                return;
            }

            ReadResult read = await bytes.ReadAtLeastAsync(count, cancellationToken);
            ReadOnlySequence<byte> chunk = read.Buffer.Slice(0, count);
            foreach (ReadOnlyMemory<byte> segment in chunk)
            {
                for (int sent = 0; sent < segment.Length;)
                {
                    sent += await to.SendAsync(segment[sent..], cancellationToken);
                }
            }

            bytes.AdvanceTo(chunk.End);
        }
    }

    /// <summary>Waits until a time has come. A timer can fire a little early, so the clock is read again.</summary>
    private static async ValueTask WaitAsync(long due, CancellationToken cancellationToken)
    {
        TimeSpan left;
        while ((left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due)) > TimeSpan.Zero)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), cancellationToken);
        }
    }

    private static long TicksOf(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds * Stopwatch.Frequency);

    /// <summary>How long so many bytes occupy the line.</summary>
    private long TicksOf(int count) => ((count * Stopwatch.Frequency) + _bytesPerSecond - 1) / _bytesPerSecond;
}
