using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace BleepStore.Storage.Tests.Shared.Network;

/// <summary>
/// Stands between a client and a server that speaks HTTP/1.1 without TLS, and breaks the client's socket on demand. A client's own handler
/// repeats some requests beneath every pipeline; only a broken socket shows it.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<(string Method, string Target)> _requests = [];
    private readonly ConcurrentDictionary<Task, byte> _connections = [];
    private readonly Uri _server;
    private readonly Task _accepting;
    private readonly Lock _lock = new();
    private volatile CutRule? _rule;

    /// <summary>The server's work on requests whose client is gone already.</summary>
    private Task _unanswered = Task.CompletedTask;

    /// <param name="server">The target of requests, as host and port of an <c>http</c> address.</param>
    public CuttingProxy(Uri server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The address for clients, which is the server's address with another port.</summary>
    public Uri Address => new UriBuilder(_server) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    /// <summary>The requests in order, with each method and target (path and query).</summary>
    public IReadOnlyList<(string Method, string Target)> Requests => [.. _requests];

    /// <summary>How many connections clients hold.</summary>
    public int OpenConnections => _connections.Count;

    /// <summary>Cuts the next requests that match. A later rule replaces this one.</summary>
    /// <param name="matches">Looks at a request's method and target (path and query).</param>
    /// <param name="times">How many requests are cut.</param>
    /// <param name="moment">When.</param>
    /// <param name="kind">How.</param>
    public CutRule Cut(
        Func<string, string, bool> matches, int times = 1, CutMoment moment = CutMoment.BeforeAnswer, CutKind kind = CutKind.Fin) =>
        _rule = new CutRule(matches, times, moment, kind);

    /// <summary>
    /// Waits until the server has answered every request whose client was cut off. A test that looks at the server by another way calls
    /// this first. Otherwise a busy server is seen before the request took effect.
    /// </summary>
    public Task SettleAsync()
    {
        lock (_lock)
        {
            return _unanswered;
        }
    }

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
            client.NoDelay = true;
            using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await server.ConnectAsync(_server.Host, _server.Port, _stop.Token);
                await using var clientSide = new NetworkStream(client);
                await using var serverSide = new NetworkStream(server);
                var fromClient = new HttpMessageReader(clientSide);
                var fromServer = new HttpMessageReader(serverSide);
                while (await ExchangeAsync(client, clientSide, fromClient, serverSide, fromServer))
                {
                }
            }
            catch (Exception broken) when (
                broken is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One side is gone, so the other one goes as well.
            }
        }
    }

    /// <summary>One request and its answer.</summary>
    /// <returns>Whether another request can follow on this connection.</returns>
    private async Task<bool> ExchangeAsync(
        Socket client, Stream clientSide, HttpMessageReader fromClient, Stream serverSide, HttpMessageReader fromServer)
    {
        if (await fromClient.ReadHeadAsync(_stop.Token) is not { } request)
        {
            return false;
        }

        _requests.Enqueue((request.First, request.Second));

        // A repetition must not overtake the request that it repeats, or what is seen depends on how busy the server is.
        await SettleAsync();
        CutRule? cut = _rule is { } rule && rule.Takes(request.First, request.Second) ? rule : null;
        await serverSide.WriteAsync(request.Bytes, _stop.Token);
        Task sendsBody = fromClient.CopyBodyAsync(request, isAnswer: false, serverSide, _stop.Token);
        if (cut is { Moment: CutMoment.AfterRequest })
        {
            Task<HttpHead?> late = ReadAnswerAsync(fromServer, clientSide);
            await sendsBody;

            // The server's side stays open until it has answered, so that what was asked takes effect.
            Remember(late);
            Break(client, cut.Kind);
            await late;
            return false;
        }

        if (await ReadAnswerAsync(fromServer, clientSide) is not { } answer)
        {
            return false;
        }

        answer = answer with { AnswersHead = request.First == "HEAD" };
        if (cut is { Moment: CutMoment.BeforeAnswer })
        {
            await fromServer.CopyBodyAsync(answer, isAnswer: true, Stream.Null, _stop.Token);
            Break(client, cut.Kind);
            return false;
        }

        await clientSide.WriteAsync(answer.Bytes, _stop.Token);
        if (cut is not null)
        {
            Break(client, cut.Kind);
            return false;
        }

        await fromServer.CopyBodyAsync(answer, isAnswer: true, clientSide, _stop.Token);
        await sendsBody;
        return !answer.ClosesConnection && !request.ClosesConnection;
    }

    private void Remember(Task late)
    {
        lock (_lock)
        {
            _unanswered = IgnoreAsync(Task.WhenAll(_unanswered, late));
        }
    }

    /// <summary>A server that goes away without an answer does no more work.</summary>
    private static async Task IgnoreAsync(Task late) => await late.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>The head of the answer; interim ones ("100 Continue") are handed on at once.</summary>
    private async Task<HttpHead?> ReadAnswerAsync(HttpMessageReader fromServer, Stream clientSide)
    {
        while (await fromServer.ReadHeadAsync(_stop.Token) is { } head)
        {
            if (!head.Second.StartsWith('1'))
            {
                return head;
            }

            await clientSide.WriteAsync(head.Bytes, _stop.Token);
        }

        return null;
    }

    private static void Break(Socket client, CutKind kind)
    {
        if (kind == CutKind.Rst)
        {
            client.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        else
        {
            client.Shutdown(SocketShutdown.Send);
        }

        client.Close();
    }
}
