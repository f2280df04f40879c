using System.Collections.Concurrent;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.AspNetCore.Tests.Support;

/// <summary>Counts the requests to a backend and the bodies that are open, and lets a test change bodies.</summary>
internal sealed class WatchedBackend(StorageBackend inner) : DelegatingBackend(inner)
{
    private readonly ConcurrentQueue<string> _requests = [];
    private int _open;

    /// <summary>The requests in their order, as <c>get</c> and <c>head</c>, and other members by their names.</summary>
    public string[] Requests => [.. _requests];

    /// <summary>How many bodies are open.</summary>
    public int OpenBodies => Volatile.Read(ref _open);

    /// <summary>Called before a request. An exception becomes that of the request.</summary>
    public Action<string>? Before { get; set; }

    /// <summary>Changes a body.</summary>
    public Func<Stream, Stream>? Body { get; set; }

    public void Forget() => _requests.Clear();

    public override async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
    {
        Note("get");
        GetResult result = await base.GetAsync(request, cancellationToken);
        Interlocked.Increment(ref _open);
        Stream content = Body?.Invoke(result.Content) ?? result.Content;
        return result with { Content = new CountedStream(content, () => Interlocked.Decrement(ref _open)) };
    }

    public override Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken)
    {
        Note("head");
        return base.HeadAsync(request, cancellationToken);
    }

    public override ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        Note("put");
        return base.PutAsync(request, cancellationToken);
    }

    public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken)
    {
        Note("delete");
        return base.DeleteAsync(request, cancellationToken);
    }

    public override Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken)
    {
        Note("part");
        return base.UploadPartAsync(request, cancellationToken);
    }

    public override Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        Note("list");
        return base.ListAsync(request, cancellationToken);
    }

    private void Note(string request)
    {
        _requests.Enqueue(request);
        Before?.Invoke(request);
    }

    private sealed class CountedStream(Stream inner, Action closed) : ReadOnlyStream
    {
        private int _isClosed;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        public override int Read(Span<byte> buffer) => inner.Read(buffer);

        protected override void Dispose(bool disposing)
        {
            if (disposing && Interlocked.Exchange(ref _isClosed, 1) == 0)
            {
                inner.Dispose();
                closed();
            }

            base.Dispose(disposing);
        }
    }
}
