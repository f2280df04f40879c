using BleepStore.Storage.Engine.Budget;
using BleepStore.Storage.Engine.Parts;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>
/// Parts of a source that can be read once. Memory holds a part while the budget allows, otherwise a temporary file does.
/// </summary>
internal sealed class SequentialPartReader(Stream source, long? length, MemoryBudget budget) : PartReader
{
    private long _read;
    private bool _started;
    private bool _ended;

    public override bool HoldsParts => true;

    public override async ValueTask<PartBody?> NextAsync(long size, bool canWait, CancellationToken cancellationToken)
    {
        if (_ended)
        {
            return null;
        }

        long most = Math.Min(size, length - _read ?? long.MaxValue);
        bool first = !_started;
        _started = true;
        bool inMemory = most <= budget.Total && budget.TryTake(most);
        if (!inMemory && canWait && most <= budget.Total)
        {
            await budget.TakeAsync(most, cancellationToken).ConfigureAwait(false);
            inMemory = true;
        }

        PartBuffer buffer = inMemory ? new PooledBuffer(most, budget)
            : length is null && budget.TryTake(budget.Total) ? new SpillingBuffer(budget.Total, budget)
            : new SpoolBuffer();
        try
        {
            await buffer.FillAsync(source, most, Hash, cancellationToken).ConfigureAwait(false);
            _read += buffer.Length;
            if (buffer.Length < size || _read == length)
            {
                await RequireEndAsync(cancellationToken).ConfigureAwait(false);
            }

            if (buffer.Length > 0 || first)
            {
                return buffer.ToPart();
            }

            buffer.Dispose();
            return null;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Reading the end is what tells a source of the right length from one that is too long.</summary>
    private async Task RequireEndAsync(CancellationToken cancellationToken)
    {
        _ended = true;
        await source.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false);
    }
}
