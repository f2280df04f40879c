using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>A store on a stubbed service, and the same operations as one would write them without the library.</summary>
/// <param name="content">The bytes of the object.</param>
internal abstract class StubService(byte[] content) : IAsyncDisposable
{
    public const string BucketName = "benchmark";
    public const string Key = "small";

    /// <summary>The object's name upstream.</summary>
    protected const string Name = $"{BucketName}/{Key}";

    /// <summary>The traffic to the service.</summary>
    public Traffic Traffic { get; } = new();

    /// <summary>The bytes of the object.</summary>
    public byte[] Content => content;

    /// <summary>The bytes of the last get. Kept here so that a get returns no more than a task.</summary>
    public byte[] Last { get; set; } = [];

    /// <summary>Whether a put sends the bytes of the object and nothing else.</summary>
    public virtual bool SendsBareBodies => true;

    /// <summary>The library's side.</summary>
    public abstract Bucket Bucket { get; }

    /// <summary>The put of the baseline.</summary>
    public abstract Task PutAsync(CancellationToken cancellationToken);

    /// <summary>The get of the baseline, which sets <see cref="Last"/>.</summary>
    public abstract Task GetAsync(CancellationToken cancellationToken);

    /// <summary>Proves that a body holds what a put must send.</summary>
    public virtual void RequireIn(ReadOnlySpan<byte> body) =>
        Same.Require(body.IndexOf(Content) >= 0, "the bytes were not in what was sent");

    public virtual ValueTask DisposeAsync()
    {
        Traffic.Dispose();
        return ValueTask.CompletedTask;
    }
}
