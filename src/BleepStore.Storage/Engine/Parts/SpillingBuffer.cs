using System.Buffers;
using BleepStore.Storage.Budget;

namespace BleepStore.Storage.Engine.Parts;

/// <summary>
/// A part of unknown length. Memory holds the bytes until the budget is used up. Then a temporary file holds all of them.
/// </summary>
/// <param name="memory">How many bytes were taken from the budget.</param>
/// <param name="budget">Receives the bytes back when memory is no longer needed.</param>
internal sealed class SpillingBuffer(long memory, MemoryBudget budget) : PartBuffer
{
    private const int CopySize = 256 * 1024;

    private PooledBuffer? _memory = new(memory, budget);
    private SpoolBuffer? _file;
    private long _kept;

    protected override void Free()
    {
        _memory?.Dispose();
        _file?.Dispose();
    }

    public override Memory<byte> GetRoom(long most) => _kept < memory
        ? _memory!.GetRoom(Math.Min(most, memory - _kept))
        : (_file ??= new SpoolBuffer()).GetRoom(most);

    public override async ValueTask KeepAsync(ReadOnlyMemory<byte> bytes, long at, CancellationToken cancellationToken)
    {
        if (_file is null)
        {
            await _memory!.KeepAsync(bytes, at, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            // The file is opened when memory is full. Only these bytes show that there is more than fits in memory.
            await MoveToFileAsync(_file, at, cancellationToken).ConfigureAwait(false);
            await _file.KeepAsync(bytes, at, cancellationToken).ConfigureAwait(false);
        }

        _kept = at + bytes.Length;
    }

    public override PartBody MakePart(long length, byte[] md5)
    {
        if (_memory is null)
        {
            return _file!.MakePart(length, md5);
        }

        _file?.Dispose();
        return _memory.MakePart(length, md5);
    }

    public override void Abandon()
    {
        base.Abandon();
        if (_file is null)
        {
            _memory!.Abandon();
        }
        else
        {
            _file.Abandon();
        }
    }

    private async ValueTask MoveToFileAsync(SpoolBuffer file, long length, CancellationToken cancellationToken)
    {
        if (_memory is not { } held)
        {
            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(CopySize);
        try
        {
            Stream bytes = held.Open(length);
            await using (bytes.ConfigureAwait(false))
            {
                int count;
                for (long at = 0; (count = await bytes.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0; at += count)
                {
                    await file.KeepAsync(buffer.AsMemory(0, count), at, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _memory = null;
        held.Dispose();
    }
}
