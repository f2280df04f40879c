using System.Net;
using System.Net.Sockets;
using System.Text;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Tests.Engine.Puts;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Engine.Reads;

public class IdleReadTests
{
    private const int Size = 20;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private static readonly byte[] Content = Bytes.Of(Size);

    [Test]
    public async Task A_body_that_stalls_is_resumed_after_the_idle_limit_and_not_before([Values(0, 8)] int at)
    {
        var time = new ManualTime();
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend, time);
        var stalled = new StallingBody(Content.AsMemory(0, at));
        First(backend, stalled);
        Task<byte[]> reading = PutTransferTests.ReadAsync(bucket, "k");
        await stalled.HasStalled.WaitAsync(Until.Patience);
        await time.IsWaitedOn.WaitAsync(Until.Patience);

        time.Advance(Idle - Moment);
        Assert.That((stalled.IsDisposed, reading.IsCompleted), Is.EqualTo((false, false)));
        time.Advance(Moment);

        Assert.That(await reading.WaitAsync(Until.Patience), Is.EqualTo(Content));
        Assert.That((stalled.IsDisposed, backend.Count("Get")), Is.EqualTo((true, 2)));
    }

    [Test]
    public async Task A_body_that_ignores_its_token_is_disposed_while_it_is_read()
    {
        var time = new ManualTime();
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend, time);
        var stalled = new StallingBody(Content.AsMemory(0, 8), ignoresTokens: true);
        First(backend, stalled);
        Task<byte[]> reading = PutTransferTests.ReadAsync(bucket, "k");
        await stalled.HasStalled.WaitAsync(Until.Patience);
        await time.IsWaitedOn.WaitAsync(Until.Patience);

        time.Advance(Idle);
        Assert.That(stalled.IsDisposed, Is.False);
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.That(await reading.WaitAsync(Until.Patience), Is.EqualTo(Content));
        Assert.That(stalled.IsDisposed, Is.True);
    }

    [Test]
    public async Task A_body_that_stalls_in_a_synchronous_read_is_disposed_after_the_idle_limit_and_resumed()
    {
        var time = new ManualTime();
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend, time);
        var stalled = new StallingBody(Content.AsMemory(0, 8), ignoresTokens: true);
        First(backend, stalled);
        await using ObjectReader reader = await bucket.GetAsync("k");
        byte[] bytes = new byte[Size];
        Task reading = Task.Run(() => reader.Content.ReadExactly(bytes));
        await stalled.HasStalled.WaitAsync(Until.Patience);
        await time.IsWaitedOn.WaitAsync(Until.Patience);

        time.Advance(Idle - Moment);
        Assert.That((stalled.IsDisposed, reading.IsCompleted), Is.EqualTo((false, false)));
        time.Advance(Moment);

        await reading.WaitAsync(Until.Patience);
        Assert.That(bytes, Is.EqualTo(Content));
        Assert.That(stalled.IsDisposed, Is.True);
    }

    /// <summary>The client of .NET reads on when a body is closed. So the bytes of a read that waits meanwhile may be later ones.</summary>
    [Test]
    public async Task Bytes_that_come_from_a_body_that_was_disposed_meanwhile_are_not_believed([Values] bool synchronous)
    {
        var time = new ManualTime();
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend, time);
        var stalled = new StallingBody(Content.AsMemory(0, 8), ignoresTokens: true, late: [0, 0, 0]);
        First(backend, stalled);
        await using ObjectReader reader = await bucket.GetAsync("k");
        byte[] bytes = new byte[Size];
        Task reading = synchronous
            ? Task.Run(() => reader.Content.ReadExactly(bytes))
            : reader.Content.ReadExactlyAsync(bytes).AsTask();
        await stalled.HasStalled.WaitAsync(Until.Patience);
        await time.IsWaitedOn.WaitAsync(Until.Patience);

        time.Advance(Idle);
        time.Advance(TimeSpan.FromSeconds(5));

        await reading.WaitAsync(Until.Patience);
        Assert.That(bytes, Is.EqualTo(Content));
    }

    [Test]
    public async Task A_socket_that_stalls_is_closed_after_the_idle_limit_and_the_read_resumed([Values] bool sync)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        Task<Socket> stalling = StallAfterAsync(server, Content.AsMemory(0, 8));
        using var http = new HttpClient();
        Stream body = await http.GetStreamAsync(new Uri($"http://{server.LocalEndpoint}/"));
        var backend = new ScriptedBackend();
        Bucket bucket = ObjectStore.Create(backend, new ObjectStoreOptions { IdleTimeout = TimeSpan.FromMilliseconds(300) })
            .GetBucket(Stores.Bucket);
        await bucket.PutAsync("k", Content);
        First(backend, body);
        await using ObjectReader reader = await bucket.GetAsync("k");
        byte[] bytes = new byte[Size];

        if (sync)
        {
            await Task.Run(() => reader.Content.ReadExactly(bytes)).WaitAsync(Until.Patience);
        }
        else
        {
            await reader.Content.ReadExactlyAsync(bytes).AsTask().WaitAsync(Until.Patience);
        }

        using Socket accepted = await stalling;
        Assert.That(bytes, Is.EqualTo(Content));
        Assert.That(await accepted.ReceiveAsync(new byte[1]).WaitAsync(Until.Patience), Is.Zero, "the client has closed the connection");
    }

    /// <summary>Answers one request with a body that ends in the middle, and keeps the connection.</summary>
    private static async Task<Socket> StallAfterAsync(TcpListener server, ReadOnlyMemory<byte> bytes)
    {
        Socket client = await server.AcceptSocketAsync();
        await client.ReceiveAsync(new byte[4096]);
        await client.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Size}\r\n\r\n"));
        await client.SendAsync(bytes);
        return client;
    }

    [Test]
    public async Task A_body_that_stalls_again_and_again_is_RequestTimeout_and_names_the_option()
    {
        var time = new ManualTime(jumps: true);
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend, time);
        backend.Get = async (request, token) => await backend.Real.GetAsync(request, token) with { Content = new StallingBody(default) };

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.RequestTimeout, () => PutTransferTests.ReadAsync(bucket, "k").WaitAsync(Until.Patience));

        Assert.That(error.Message, Does.Contain("no byte for 60 s").And.Contain("IdleTimeout"));
        Assert.That((error.IsTransient, error.Operation, error.Key, backend.Count("Get")), Is.EqualTo((true, "Read", "k", 5)));
    }

    [Test]
    public async Task A_caller_who_pauses_loses_nothing()
    {
        var time = new ManualTime();
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend, time);
        var body = new SteppedBody(Content);
        First(backend, body);
        await using ObjectReader reader = await bucket.GetAsync("k");
        byte[] bytes = new byte[Size];
        Task<int> first = reader.Content.ReadAsync(bytes.AsMemory(0, 1)).AsTask();
        time.Advance(Idle - Moment);
        body.Deliver(1);
        Assert.That(await first.WaitAsync(Until.Patience), Is.EqualTo(1));

        // The timer that was set fires while nothing is read.
        time.Advance(TimeSpan.FromHours(1));
        Task<int> second = reader.Content.ReadAsync(bytes.AsMemory(1)).AsTask();
        time.Advance(Idle - Moment);
        body.Deliver(Size - 1);

        Assert.That(await second.WaitAsync(Until.Patience), Is.EqualTo(Size - 1));
        Assert.That(bytes, Is.EqualTo(Content));
        Assert.That(backend.Count("Get"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_body_that_trickles_is_never_idle()
    {
        var time = new ManualTime();
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend, time);
        var body = new SteppedBody(Content);
        First(backend, body);
        await using ObjectReader reader = await bucket.GetAsync("k");
        byte[] bytes = new byte[Size];
        for (int at = 0; at < Size; at++)
        {
            Task<int> read = reader.Content.ReadAsync(bytes.AsMemory(at, 1)).AsTask();
            time.Advance(Idle - Moment);
            body.Deliver(1);
            Assert.That(await read.WaitAsync(Until.Patience), Is.EqualTo(1));
        }

        Assert.That(bytes, Is.EqualTo(Content));
        Assert.That(backend.Count("Get"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_read_that_the_caller_cancels_carries_the_callers_token_and_opens_nothing()
    {
        var time = new ManualTime();
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend, time);
        var stalled = new StallingBody(Content.AsMemory(0, 8));
        First(backend, stalled);
        using var cancel = new CancellationTokenSource();
        await using ObjectReader reader = await bucket.GetAsync("k");
        Task<byte[]> reading = reader.ReadAllAsync(cancel.Token);
        await stalled.HasStalled.WaitAsync(Until.Patience);
        await cancel.CancelAsync();

        OperationCanceledException error = await Catch.AsyncAs<OperationCanceledException>(() => reading.WaitAsync(Until.Patience));

        Assert.That(error.CancellationToken, Is.EqualTo(cancel.Token));
        Assert.That(backend.Count("Get"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_read_goes_on_after_another_that_was_cancelled_while_it_waited()
    {
        var time = new ManualTime();
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend, time);
        var body = new SteppedBody(Content);
        First(backend, body);
        using var cancel = new CancellationTokenSource();
        await using ObjectReader reader = await bucket.GetAsync("k");
        byte[] bytes = new byte[Size];
        Task<int> cancelled = reader.Content.ReadAsync(bytes, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Catch.AsyncAs<OperationCanceledException>(() => cancelled.WaitAsync(Until.Patience));

        Task<int> read = reader.Content.ReadAsync(bytes).AsTask();
        body.Deliver(Size);

        Assert.That(await read.WaitAsync(Until.Patience), Is.EqualTo(Size));
        Assert.That(bytes, Is.EqualTo(Content));
    }

    [Test]
    public async Task Without_a_limit_no_timer_runs()
    {
        var time = new ManualTime();
        var backend = new ScriptedBackend { IsLate = true };
        Bucket bucket = Stores.Over(backend, partSize: 100, time: time);
        await bucket.PutAsync("k", Content);
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Content));
        Assert.That(time.Waits, Is.Empty);
    }

    [Test]
    public async Task Many_reads_set_one_timer()
    {
        var time = new ManualTime();
        byte[] bytes = Bytes.Of(1000);
        var stream = new IdleTimeoutStream(new LateStream(new MemoryStream(bytes)), Idle, time);
        byte[] one = new byte[1];
        for (int at = 0; at < bytes.Length; at++)
        {
            Assert.That(await stream.ReadAsync(one), Is.EqualTo(1));
            Assert.That(one[0], Is.EqualTo(bytes[at]));
        }

        Assert.That(time.Waits, Has.Count.EqualTo(1));
    }

    private static async Task<Bucket> PrepareAsync(ScriptedBackend backend, TimeProvider time)
    {
        Bucket bucket = Stores.Over(backend, partSize: 100, time: time, idle: Idle);
        await bucket.PutAsync("k", Content);
        return bucket;
    }

    /// <summary>The first body is this one. Later bodies are complete.</summary>
    private static void First(ScriptedBackend backend, Stream body)
    {
        int gets = 0;
        backend.Get = async (request, token) =>
        {
            GetResult right = await backend.Real.GetAsync(request, token);
            return ++gets == 1 ? right with { Content = body } : right;
        };
    }
}
