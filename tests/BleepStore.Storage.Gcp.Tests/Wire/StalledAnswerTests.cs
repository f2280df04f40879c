using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Gcp.Tests.Support;

namespace BleepStore.Storage.Gcp.Tests.Wire;

/// <summary>A service that sends the headers of an answer, and then nothing more.</summary>
public sealed class StalledAnswerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [TestCase(HttpStatusCode.OK)]
    [TestCase(HttpStatusCode.NotFound)]
    public async Task A_read_whose_answer_stalls_is_cancelled_by_the_caller(HttpStatusCode status)
    {
        using var service = new StallingHandler(status);
        await using ObjectStore store = Open(service);
        using var cancellation = new CancellationTokenSource();

        Task<bool> reading = store.GetBucket("bucket").ExistsAsync("object", cancellation.Token);
        await service.Stalled.WaitAsync(Limit);
        await cancellation.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => reading.WaitAsync(Limit));
    }

    [Test]
    public async Task A_put_whose_answer_stalls_is_cancelled_by_the_caller()
    {
        using var service = new StallingHandler(HttpStatusCode.OK);
        await using ObjectStore store = Open(service);
        using var cancellation = new CancellationTokenSource();

        Task<ObjectProperties> putting = store.GetBucket("bucket").PutAsync("object", new byte[1], cancellationToken: cancellation.Token);
        await service.Stalled.WaitAsync(Limit);
        await cancellation.CancelAsync();

        var cancelled = (OperationCanceledException)(await Assert.CatchAsync<OperationCanceledException>(() => putting.WaitAsync(Limit)))!;
        Assert.That((cancelled.InnerException as StorageException)?.IsOutcomeUnknown, Is.True);
    }

    [Test]
    public async Task A_read_whose_answer_stalls_ends_at_the_deadline()
    {
        using var service = new StallingHandler(HttpStatusCode.OK);
        await using ObjectStore store = Open(service, new ObjectStoreOptions { AnswerTimeout = TimeSpan.FromMilliseconds(300) });

        StorageException error = (
            await Assert.ThrowsAsync<StorageException>(() => store.GetBucket("bucket").HeadAsync("object").WaitAsync(Limit)))!;

        Assert.That((error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.RequestTimeout, false)));
    }

    [Test]
    public async Task A_put_whose_answer_stalls_ends_at_the_deadline_and_may_have_taken_effect()
    {
        using var service = new StallingHandler(HttpStatusCode.OK);
        await using ObjectStore store = Open(service, new ObjectStoreOptions { AnswerTimeout = TimeSpan.FromMilliseconds(300) });

        StorageException error = (
            await Assert.ThrowsAsync<StorageException>(() => store.GetBucket("bucket").PutAsync("object", new byte[1]).WaitAsync(Limit)))!;

        Assert.That((error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.RequestTimeout, true)));
    }

    [Test]
    public async Task A_refusal_whose_reason_stalls_is_judged_by_its_status()
    {
        using var service = new StallingHandler(HttpStatusCode.Forbidden);
        await using ObjectStore store = Open(service, new ObjectStoreOptions { AnswerTimeout = TimeSpan.FromMilliseconds(300) });

        StorageException error = (
            await Assert.ThrowsAsync<StorageException>(() => store.GetBucket("bucket").HeadAsync("object").WaitAsync(Limit)))!;

        Assert.That((error.Code, error.Status), Is.EqualTo((StorageErrorCode.AccessDenied, (int?)403)));
    }

    [Test]
    public async Task An_upload_that_flows_is_not_ended_however_long_it_takes()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        using var slow = new SlowHandler(TimeSpan.FromMilliseconds(100));
        var options = new ObjectStoreOptions { IdleTimeout = TimeSpan.FromSeconds(1), AnswerTimeout = TimeSpan.FromSeconds(2) };
        await using ObjectStore store = Open(slow, options, served.Server.BaseUri);
        byte[] bytes = [.. Enumerable.Range(0, 4 * 1024 * 1024).Select(static n => (byte)(n % 251))];

        await store.GetBucket("bucket").PutAsync("object", bytes);

        Assert.That(slow.Took, Is.GreaterThan(options.IdleTimeout + options.AnswerTimeout));
        Assert.That((await served.Store.GetBucket("bucket").HeadAsync("object")).Size, Is.EqualTo(bytes.Length));
    }

    [Test]
    public async Task An_upload_that_stands_still_is_ended_and_has_not_taken_effect()
    {
        // A service that takes a connection and reads nothing from it.
        using var deaf = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen();
        var backend = new GcpBackendOptions
        {
            Bucket = ServedStore.Container,
            UnauthenticatedAccess = true,
            ServiceUrl = new Uri($"http://127.0.0.1:{((IPEndPoint)deaf.LocalEndPoint!).Port}/"),
        };
        await using ObjectStore store = GcpStore.Create(backend, new ObjectStoreOptions { IdleTimeout = TimeSpan.FromMilliseconds(300) });

        StorageException error = (await Assert.ThrowsAsync<StorageException>(
            () => store.GetBucket("bucket").PutAsync("object", new byte[8 * 1024 * 1024]).WaitAsync(Limit)))!;

        Assert.That((error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.RequestTimeout, false)), error.ToString());
    }

    [Test]
    public async Task What_works_on_the_server_has_a_limit_of_its_own()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        await served.Store.GetBucket("bucket").PutAsync("source", new byte[1]);
        using var slow = new AnsweringSlowly(TimeSpan.FromSeconds(1));
        var options = new ObjectStoreOptions
        {
            AnswerTimeout = TimeSpan.FromMilliseconds(500),
            ServerWorkTimeout = TimeSpan.FromSeconds(20),
        };
        await using ObjectStore store = Open(slow, options, served.Server.BaseUri);

        await store.GetBucket("bucket").CopyAsync(new ObjectAddress("bucket", "source"), "copy");

        Assert.That(await served.Store.GetBucket("bucket").ExistsAsync("copy"), Is.True);
    }

    private static ObjectStore Open(HttpMessageHandler service, ObjectStoreOptions? options = null, Uri? address = null) => GcpStore.Create(
        new GcpBackendOptions
        {
            Bucket = ServedStore.Container,
            UnauthenticatedAccess = true,
            ServiceUrl = address,
            HandlerFactory = _ => service,
        },
        options);

    /// <summary>A line that takes a body in small steps, with a wait before each.</summary>
    private sealed class SlowHandler(TimeSpan wait) : DelegatingHandler(new SocketsHttpHandler())
    {
        private readonly Stopwatch _watch = new();

        public TimeSpan Took => _watch.Elapsed;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is { } content && request.Method == HttpMethod.Post)
            {
                _watch.Start();
                var taken = new SlowStream(wait);
                await content.CopyToAsync(taken, cancellationToken);
                _watch.Stop();
                request.Content = new ByteArrayContent(taken.ToArray());
                request.Content.Headers.ContentType = content.Headers.ContentType;
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class SlowStream(TimeSpan wait) : MemoryStream
    {
        private const int Window = 64 * 1024;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // Bytes on the way are not awaited.
            await Task.Delay(Length < Window ? TimeSpan.Zero : wait, cancellationToken);
            await base.WriteAsync(buffer, cancellationToken);
        }
    }

    /// <summary>A service that takes its time over what it does on the server.</summary>
    private sealed class AnsweringSlowly(TimeSpan wait) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath.Contains("/rewriteTo/", StringComparison.Ordinal))
            {
                await Task.Delay(wait, cancellationToken);
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class StallingHandler(HttpStatusCode status) : HttpMessageHandler
    {
        private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when a body is waited for.</summary>
        public Task Stalled => _stalled.Task;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is not null)
            {
                await request.Content.CopyToAsync(Stream.Null, cancellationToken);
            }

            var body = new StreamContent(new ScriptedStream([1]) { BeforeRead = (_, token) => StallAsync(token) });
            body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            return new HttpResponseMessage(status) { Content = body, RequestMessage = request };
        }

        private Task StallAsync(CancellationToken cancellationToken)
        {
            _stalled.TrySetResult();
            return Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
