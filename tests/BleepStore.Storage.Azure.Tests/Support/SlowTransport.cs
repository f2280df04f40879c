using Azure.Core;
using Azure.Core.Pipeline;

namespace BleepStore.Storage.Azure.Tests.Support;

/// <summary>A network that takes a body in pieces, and time for each.</summary>
/// <param name="take">Takes a piece.</param>
internal sealed class SlowTransport(Func<CancellationToken, Task> take) : HttpPipelineTransport
{
    private int _requests;

    public int Requests => Volatile.Read(ref _requests);

    public override Request CreateRequest() => HttpClientTransport.Shared.CreateRequest();

    public override void Process(HttpMessage message) => throw new NotSupportedException("Everything is asynchronous.");

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        Interlocked.Increment(ref _requests);
        await message.Request.Content!.WriteToAsync(new SlowStream(take), message.CancellationToken);
        message.Response = StubResponse.Written();
        message.Response.ClientRequestId = message.Request.ClientRequestId;
    }

    public ObjectStore CreateStore(ObjectStoreOptions options, TimeProvider time)
    {
        var backend = new AzureBackendOptions
        {
            AccountUrl = new Uri("https://account.blob.core.windows.net"),
            SasToken = "sv=2023&sig=secret",
            Container = "store",
            TransportFactory = () => this,
        };
        return AzureStore.Create(backend, options, timeProvider: time);
    }

    private sealed class SlowStream(Func<CancellationToken, Task> take) : Stream
    {
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position { get => _length; set => throw new NotSupportedException(); }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _length += buffer.Length;
            await take(cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Everything is asynchronous.");

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
