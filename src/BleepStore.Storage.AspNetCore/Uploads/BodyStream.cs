using BleepStore.Storage.Backends.Toolkit;
using Microsoft.AspNetCore.Http;

namespace BleepStore.Storage.AspNetCore.Uploads;

/// <summary>
/// A body whose reads end with the connection and not with a reader's token. Kestrel fails a read when the client has disconnected. A
/// cancelled read would leave Kestrel's reader in a state that it logs as an error.
/// </summary>
/// <param name="body">The server's stream. It is never disposed.</param>
/// <param name="cancellation">Stops reads at the application's request.</param>
internal sealed class BodyStream(Stream body, CancellationToken cancellation) : ReadOnlyStream
{
    /// <summary>Whether the connection broke. The request learns of it a moment later.</summary>
    public bool IsBroken { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellation).ConfigureAwait(false);
        }
        catch (Exception thrown) when (IsOfConnection(thrown))
        {
            IsBroken = true;
            throw;
        }
    }

    public override int Read(Span<byte> buffer) => body.Read(buffer);

    private bool IsOfConnection(Exception thrown) =>
        thrown is (IOException or OperationCanceledException) and not BadHttpRequestException && !cancellation.IsCancellationRequested;
}
