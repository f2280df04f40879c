using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace BleepStore.Storage.Gcp.TestServer.Faults;

/// <summary>
/// Sends an answer whose body ends early. It bypasses Kestrel, which would reset the connection and lose the bytes that are on the way.
/// Here exactly the requested bytes arrive, and then the connection ends.
/// </summary>
internal static class CutAnswer
{
    public static async Task SendAsync(HttpContext http, ReadOnlyMemory<byte> body, long bodyBytes)
    {
        ReadOnlyMemory<byte> part = body[..(int)Math.Min(bodyBytes, body.Length)];
        if (HttpProtocol.IsHttp2(http.Request.Protocol))
        {
            // The caller ends this stream alone. The connection goes on, because other requests use it.
            await http.Response.Body.WriteAsync(part, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            return;
        }

        Socket socket = http.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        var head = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {http.Response.StatusCode} Cut\r\n"));
        foreach ((string name, var value) in http.Response.Headers)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        byte[] sent = [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. part.Span];
        for (int count = 0; count < sent.Length;)
        {
            count += await socket.SendAsync(sent.AsMemory(count), SocketFlags.None, http.RequestAborted);
        }

        socket.Shutdown(SocketShutdown.Send);

        // A client that meets the end of the connection closes its side.
        var closed = new TaskCompletionSource();
        await using CancellationTokenRegistration registration = http.RequestAborted.Register(closed.SetResult);
        await closed.Task;
    }
}
