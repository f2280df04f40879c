using BleepStore.Storage.Budget;
using BleepStore.Storage.Engine.Parts;
using BleepStore.Storage.Engine.Sources;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>
/// A stream that is read forward, once. Seeking in it may cost a request, so it is sought only to start over. A part is held in memory
/// while the budget allows, and otherwise in a temporary file.
/// </summary>
internal sealed class ForwardContent : Content
{
    private readonly Stream _source;
    private readonly long? _length;
    private readonly long? _start;
    private readonly bool _endsThere;
    private MemoryBudget? _budget;
    private Stream? _open;
    private long _read;
    private bool _started;
    private bool _ended;

    /// <summary>A stream that cannot seek.</summary>
    public ForwardContent(Stream source, long? declaredLength, SourceReads reads)
        : base(reads)
    {
        _source = source;
        _length = declaredLength;
        _endsThere = true;
    }

    /// <summary>A stream that can seek.</summary>
    public ForwardContent(Stream source, SourceSpan span, SourceReads reads)
        : base(reads)
    {
        _source = source;
        _length = span.Length;
        _start = span.Start;
        _endsThere = !span.IsDeclared;
    }

    public override long? Length => _length;

    public override bool CanRestart => _start is not null;

    public override bool HoldsParts => true;

    public override Stream OpenAll() => _open = OpenFromBeginning();

    public override async ValueTask<PartBody?> NextPartAsync(long size, bool canWait, CancellationToken cancellationToken)
    {
        if (_ended)
        {
            return null;
        }

        long most = Math.Min(size, _length - _read ?? long.MaxValue);
        bool isFirst = !_started;
        _started = true;
        PartBuffer buffer = await MakeBufferAsync(most, canWait, cancellationToken).ConfigureAwait(false);
        try
        {
            await buffer.FillAsync(_open!, most, Hash, cancellationToken).ConfigureAwait(false);
            _read += buffer.Length;
            if (buffer.Length < size || _read == _length)
            {
                _ended = true;
                await RequireEndAsync(cancellationToken).ConfigureAwait(false);
            }

            if (buffer.Length > 0 || isFirst)
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

    /// <summary>After success the source stands where reading ended already.</summary>
    public override void SettlePosition(bool isStored)
    {
        if (!isStored && _start is { } start)
        {
            _source.Position = start;
        }
    }

    protected override void Rewind(MemoryBudget budget)
    {
        _budget = budget;
        _read = 0;
        _started = false;
        _ended = false;
        _open = OpenFromBeginning();
    }

    private SourceStream OpenFromBeginning()
    {
        if (_open is not null)
        {
            _source.Position = _start ?? throw new InvalidOperationException("The source cannot be read a second time.");
        }

        return new SourceStream(_source, _length, _endsThere, Reads);
    }

    private async ValueTask<PartBuffer> MakeBufferAsync(long most, bool canWait, CancellationToken cancellationToken)
    {
        bool inMemory = most <= _budget!.Total && _budget.TryTake(most);
        if (!inMemory && canWait && most <= _budget.Total)
        {
            await _budget.TakeAsync(most, cancellationToken).ConfigureAwait(false);
            inMemory = true;
        }

        return inMemory ? new PooledBuffer(most, _budget)
            : _length is null && _budget.TryTake(_budget.Total) ? new SpillingBuffer(_budget.Total, _budget)
            : new SpoolBuffer();
    }

    /// <summary>
    /// A source of known length must end after it, which only another read tells. One of unknown length has ended already.
    /// </summary>
    private async Task RequireEndAsync(CancellationToken cancellationToken)
    {
        if (_length is not null)
        {
            await _open!.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false);
        }
    }
}
