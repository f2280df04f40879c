using System.Net;

namespace BleepStore.Storage.Aws.Tests.Support;

/// <summary>A service with scripted answers, on a port of this machine, for tests that need a socket.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly HttpListener _listener;
    private readonly Func<SentRequest, HttpResponseMessage> _answer;
    private readonly Task _serving;

    public StubServer(Func<SentRequest, HttpResponseMessage> answer)
    {
        _answer = answer;
        (_listener, Address) = Listen();
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;

        // Close would listen once more in order to stop, and fail where somebody else has the port by now.
        _listener.Abort();
    }

    /// <summary>Somebody else can take a free port before it is listened on.</summary>
    private static (HttpListener Listener, Uri Address) Listen()
    {
        for (int attempt = 1; ; attempt++)
        {
            var address = new Uri($"http://127.0.0.1:{FreePorts.Take(1)[0]}/");
            var listener = new HttpListener();
            listener.Prefixes.Add(address.AbsoluteUri);
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                listener.Abort();
            }
        }
    }

    private async Task ServeAsync()
    {
        var under = new List<Task>();
        while (_listener.IsListening)
        {
            try
            {
                under.Add(AnswerAsync(await _listener.GetContextAsync()));
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                break;
            }
        }

        await Task.WhenAll(under);
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        await Task.Yield();
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        Dictionary<string, string> headers = context.Request.Headers.AllKeys.ToDictionary(
            static name => name!, name => context.Request.Headers[name]!, StringComparer.OrdinalIgnoreCase);
        using HttpResponseMessage answer =
            _answer(new SentRequest(context.Request.HttpMethod, new Uri(Address, context.Request.RawUrl!), headers, body.ToArray()));
        byte[] content = await answer.Content.ReadAsByteArrayAsync();
        try
        {
            HttpListenerResponse response = context.Response;
            response.StatusCode = (int)answer.StatusCode;
            foreach ((string name, IEnumerable<string> values) in answer.Headers.Concat(answer.Content.Headers)
                .Where(static header => header.Key != "Content-Length"))
            {
                response.Headers[name] = string.Join(", ", values);
            }

            response.ContentLength64 = content.Length;
            if (context.Request.HttpMethod != "HEAD")
            {
                await response.OutputStream.WriteAsync(content);
            }

            response.Close();
        }
        catch (Exception gone) when (gone is HttpListenerException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // The client does not wait for the answer.
        }
    }
}
