using System.Net;
using System.Net.Sockets;
using BleepStore.Storage.AspNetCore.Tests.Support;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Tests.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BleepStore.Storage.AspNetCore.Tests.Downloads;

/// <summary>Clients that go, and upstreams that fail.</summary>
[TestFixture(HttpProtocols.Http1)]
[TestFixture(HttpProtocols.Http2)]
public sealed class BrokenDownloadTests(HttpProtocols protocols)
{
    private static readonly ObjectStoreOptions NoRetries = new() { ReadRetries = 0 };

    [Test]
    public async Task A_client_that_breaks_off_ends_the_read_and_leaves_no_error()
    {
        await using WebApp app = await StartAsync();
        await app.Bucket.PutAsync("large", new byte[64 * 1024 * 1024]);
        var unobserved = new List<Exception>();
        TaskScheduler.UnobservedTaskException += (_, thrown) => unobserved.Add(thrown.Exception);

        for (int at = 0; at < 5; at++)
        {
            using HttpRequestMessage request = app.Request(HttpMethod.Get, "/files/large");
            HttpResponseMessage answer = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await using Stream body = await answer.Content.ReadAsStreamAsync();
            await body.ReadExactlyAsync(new byte[1000]);
            Assert.That(app.Backend.OpenBodies, Is.EqualTo(1));
            answer.Dispose();
            await Until.TrueAsync(() => app.Backend.OpenBodies == 0, "the body is closed");
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.That(app.Log.Errors, Is.Empty);
        Assert.That(app.Log.Warnings, Is.Empty);
        Assert.That(unobserved, Is.Empty);
    }

    [Test]
    public async Task A_client_that_breaks_off_while_the_upstream_is_silent_ends_the_read()
    {
        await using WebApp app = await StartAsync();
        await app.Bucket.PutAsync("slow", new byte[1024]);
        app.Backend.Body = static body => new SilentStream(body, after: 100);

        using var stop = new CancellationTokenSource();
        using HttpRequestMessage request = app.Request(HttpMethod.Get, "/files/slow");
        using HttpResponseMessage answer = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
        await using Stream body = await answer.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[100]);
        answer.Dispose();

        await Until.TrueAsync(() => app.Backend.OpenBodies == 0, "the body is closed");
        Assert.That(app.Log.Errors, Is.Empty);
    }

    [Test]
    public async Task An_upstream_that_fails_before_the_first_byte_is_an_error_answer()
    {
        await using WebApp app = await StartAsync();
        await app.Bucket.PutAsync("a", new byte[1024]);
        app.Backend.Body = static body => new FailingStream(body, after: 0);

        using HttpResponseMessage answer = await app.GetAsync("/files/a");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(answer.Headers.RetryAfter, Is.Not.Null);
        Assert.That(answer.Headers.ETag, Is.Null, "it is no answer with an object");
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("ServiceUnavailable").And.Not.Contain("secret"));
        await Until.TrueAsync(() => app.Backend.OpenBodies == 0, "the body is closed");
    }

    [Test]
    public async Task An_upstream_that_fails_after_the_first_byte_ends_the_connection()
    {
        await using WebApp app = await StartAsync();
        await app.Bucket.PutAsync("a", new byte[1024]);
        app.Backend.Body = static body => new FailingStream(body, after: 100);

        Exception? broken = null;
        try
        {
            await app.Client.GetByteArrayAsync("/files/a");
        }
        catch (Exception thrown) when (thrown is HttpRequestException or SocketException or IOException)
        {
            broken = thrown;
        }

        Assert.That(broken, Is.Not.Null, "a part must not look like the whole");
        Assert.That(app.Log.Warnings, Has.Exactly(1).Contains("broke off with ServiceUnavailable"));
        Assert.That(app.Log.Errors, Is.Empty);
        await Until.TrueAsync(() => app.Backend.OpenBodies == 0);
    }

    [Test]
    public async Task An_upstream_that_fails_ends_the_connection_also_where_a_middleware_holds_the_bytes_back()
    {
        static void Map(WebApplication app)
        {
            app.Use(static async (context, next) =>
            {
                Stream client = context.Response.Body;
                using var held = new MemoryStream();
                context.Response.Body = held;
                await next(context);
                context.Response.Body = client;
                held.Position = 0;
                await held.CopyToAsync(client);
            });
            app.MapObjects("/files", WebApp.FilesOf);
        }

        await using WebApp app = await WebApp.StartAsync(
            Map, static (_, store) => store.Configure(static options => options.ReadRetries = 0), protocols);
        await app.Bucket.PutAsync("a", new byte[1024]);
        app.Backend.Body = static body => new FailingStream(body, after: 100);

        // An answer of any status would have the first bytes of the object in it.
        Assert.That(await Assert.CatchAsync(() => app.GetAsync("/files/a")), Is.InstanceOf<HttpRequestException>());
        await Until.TrueAsync(() => app.Backend.OpenBodies == 0);
    }

    [TestCase(StorageErrorCode.SlowDown, 429)]
    [TestCase(StorageErrorCode.ServiceUnavailable, 503)]
    [TestCase(StorageErrorCode.AccessDenied, 403)]
    public async Task An_upstream_that_refuses_is_an_error_answer(StorageErrorCode code, int status)
    {
        await using WebApp app = await StartAsync();
        app.Backend.Before = _ => throw new StorageException(code, "The secret of the upstream.");
        foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            using HttpResponseMessage answer = await app.SendAsync(method, "/files/a");

            Assert.That((int)answer.StatusCode, Is.EqualTo(status));
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain("secret"));
        }

        Assert.That(app.Log.Errors, Is.Empty);
    }

    private Task<WebApp> StartAsync() => WebApp.StartAsync(
        app => Microsoft.AspNetCore.Builder.BleepStoreEndpointExtensions.MapObjects(app, "/files", WebApp.FilesOf),
        static (_, store) => store.Configure(static options => options.ReadRetries = NoRetries.ReadRetries),
        protocols);

    private sealed class FailingStream(Stream body, int after) : ReadOnlyStream
    {
        private int _left = after;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = _left == 0
                ? throw new IOException("The secret of the upstream.")
                : await body.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken);
            _left -= count;
            return count;
        }

        public override int Read(Span<byte> buffer) => throw new NotSupportedException();
    }

    private sealed class SilentStream(Stream body, int after) : ReadOnlyStream
    {
        private int _left = after;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            int count = await body.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken);
            _left -= count;
            return count;
        }

        public override int Read(Span<byte> buffer) => throw new NotSupportedException();
    }
}
