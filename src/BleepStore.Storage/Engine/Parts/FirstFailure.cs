using System.Runtime.ExceptionServices;

namespace BleepStore.Storage.Engine.Parts;

/// <summary>Stops all parallel work when one task fails. It keeps that failure apart from the failures that the stop causes.</summary>
internal sealed class FirstFailure(CancellationToken cancellationToken) : IDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private ExceptionDispatchInfo? _first;

    /// <summary>Cancelled by the first failure or by the caller.</summary>
    public CancellationToken Token => _stop.Token;

    public Task BecauseOfAsync(Exception failure)
    {
        Interlocked.CompareExchange(ref _first, ExceptionDispatchInfo.Capture(failure), null);
        return _stop.CancelAsync();
    }

    public void ThrowIfFailed()
    {
        if (_first?.SourceException is OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        _first?.Throw();
    }

    public void Dispose() => _stop.Dispose();
}
