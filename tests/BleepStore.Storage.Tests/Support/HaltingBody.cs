using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Tests.Support;

/// <summary>
/// A body that delivers a few bytes at a time. Before each delivery, a read that can be cancelled waits until it is cancelled.
/// </summary>
/// <param name="inner">The bytes. Disposed with this.</param>
/// <param name="step">How many bytes one read delivers at most.</param>
internal sealed class HaltingBody(Stream inner, int step) : AsyncReadStream
{
    private bool _hasHalted;

    /// <summary>Reads to the end, and cancels every read that waits.</summary>
    /// <returns>The bytes, and how many reads were cancelled.</returns>
    public static async Task<(byte[] Bytes, int Cancelled)> ReadAllAsync(Stream content, int bufferSize)
    {
        var bytes = new MemoryStream();
        byte[] buffer = new byte[bufferSize];
        int cancelled = 0;
        while (true)
        {
            using var cancel = new CancellationTokenSource();
            Task<int> reading = content.ReadAsync(buffer, cancel.Token).AsTask();
            await cancel.CancelAsync();
            try
            {
                int count = await reading.WaitAsync(Until.Patience);
                if (count == 0)
                {
                    return (bytes.ToArray(), cancelled);
                }

                bytes.Write(buffer, 0, count);
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.CanBeCanceled && !_hasHalted)
        {
            _hasHalted = true;
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        _hasHalted = false;
        return await inner.ReadAsync(buffer[..Math.Min(step, buffer.Length)], CancellationToken.None);
    }

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
