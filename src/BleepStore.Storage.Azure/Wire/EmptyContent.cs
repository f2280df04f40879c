using Azure.Core;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>The content of a write that has none. Shared, because it holds nothing.</summary>
internal sealed class EmptyContent : RequestContent
{
    private EmptyContent()
    {
    }

    public static EmptyContent Instance { get; } = new();

    public override void WriteTo(Stream stream, CancellationToken cancellation)
    {
        // There is nothing to write.
    }

    public override Task WriteToAsync(Stream stream, CancellationToken cancellation) => Task.CompletedTask;

    public override bool TryComputeLength(out long length)
    {
        length = 0;
        return true;
    }

    public override void Dispose()
    {
        // Every request disposes its content.
    }
}
