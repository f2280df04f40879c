using System.Buffers;
using System.IO.Compression;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Decorators.Compression;

/// <summary>Delivers bytes compressed. Holds little more than one step of them.</summary>
internal sealed class CompressingStream : AsyncReadStream
{
    private const int Step = 64 * 1024;

    private readonly Stream _plain;
    private readonly MemoryStream _compressed = new();
    private readonly Stream _encoder;
    private byte[]? _step = ArrayPool<byte>.Shared.Rent(Step);
    private bool _hasEnded;

    /// <param name="plain">The bytes. Disposed with this.</param>
    /// <param name="coding">The content coding.</param>
    /// <param name="level">How hard to try.</param>
    public CompressingStream(Stream plain, string coding, CompressionLevel level)
    {
        _plain = plain;
        _encoder = Codings.Compress(coding, level, _compressed);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_step is null, this);
        while (_compressed.Position == _compressed.Length && !_hasEnded)
        {
            _compressed.SetLength(0);
            int count = await _plain.ReadAsync(_step, cancellationToken).ConfigureAwait(false);
            if (count > 0)
            {
                await _encoder.WriteAsync(_step.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await _encoder.DisposeAsync().ConfigureAwait(false);
                _hasEnded = true;
            }

            _compressed.Position = 0;
        }

        return await _compressed.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask DisposeAsync()
    {
        Free();
        await _plain.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Free();
            _plain.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Free()
    {
        _encoder.Dispose();
        if (Interlocked.Exchange(ref _step, null) is { } step)
        {
            ArrayPool<byte>.Shared.Return(step);
        }
    }
}
