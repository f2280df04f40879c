using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Bodies;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Basics;
using BleepStore.Storage.Engine.Progress;
using BleepStore.Storage.Errors;

namespace BleepStore.Storage.Engine.Reads;

/// <summary>
/// The body of an object. When it breaks off, it is reopened at the same position and revision. The answer is verified before any byte of
/// it is used.
/// </summary>
internal sealed class ResumingStream : ReadOnlyStream
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The number of bytes that are copied at a time. Each step has a cost. The default of 80 KiB needs three times as many steps, and
    /// larger blocks do not fit the processor's cache.
    /// </summary>
    private const int CopyStep = 256 * 1024;

    private readonly StoreContext _context;
    private readonly GetRequest _request;
    private readonly ObjectProperties _properties;
    private readonly bool _isBeneath;
    private readonly long _begin;
    private readonly long _end;
    private Stream? _body;
    private long _position;
    private int _failures;
    private StorageException? _refused;
    private ProgressMeter? _meter;
    private volatile bool _disposed;

    /// <param name="context">The store.</param>
    /// <param name="request">The request.</param>
    /// <param name="opened">The answer.</param>
    /// <param name="isBeneath">
    /// Whether another such stream reads this one, as under a decorator. The outer stream counts the bytes and says where a failure
    /// happened.
    /// </param>
    public ResumingStream(StoreContext context, GetRequest request, GetResult opened, bool isBeneath = false)
    {
        _isBeneath = isBeneath;
        _context = context;
        _request = request;
        _properties = opened.Properties;
        _body = Limited(opened.Content);
        HasOpaqueETag = opened.HasOpaqueETag || context.Capabilities.TransformsBytes;
        _begin = _position = opened.Range.Offset;
        _end = opened.Range.Offset + opened.Range.Length;
    }

    /// <summary>Whether the object's ETag is known to be no MD5 of the bytes that are read.</summary>
    public bool HasOpaqueETag { get; }

    public override long Length => _end - _begin;

    public override long Position
    {
        get => _position - _begin;
        set => throw new NotSupportedException();
    }

    /// <summary>How many bytes are still to come.</summary>
    public long Left => _end - _position;

    /// <summary>Has the bytes counted that are read.</summary>
    public void CountWith(ProgressMeter meter)
    {
        meter.Begin(Length);
        _meter = meter;
        if (Length == 0)
        {
            meter.End(0);
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Memory<byte> wanted = buffer[..(int)Math.Min(buffer.Length, Left)];
        if (wanted.IsEmpty)
        {
            return new ValueTask<int>(0);
        }

        if (_refused is not null)
        {
            return ValueTask.FromException<int>(_refused);
        }

        // Most bytes of a body have already arrived when it is read.
        if (!StartAsync(wanted, cancellationToken).TryTake(out int count, out ValueTask<int> reading))
        {
            return FinishAsync(reading, wanted, cancellationToken);
        }

        return count > 0 ? new ValueTask<int>(Note(count)) : FinishAsync(new ValueTask<int>(count), wanted, cancellationToken);
    }

    /// <summary>Reads from the upstream's body. It waits only when the rest must be reopened.</summary>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Span<byte> wanted = buffer[..(int)Math.Min(buffer.Length, Left)];
        if (wanted.IsEmpty)
        {
            return 0;
        }

        if (_refused is not null)
        {
            throw _refused;
        }

        while (true)
        {
            StorageException failure;
            bool isOpen = true;
            try
            {
                int count = Blocking.Read(_body ?? Blocking.Wait(OpenAnewAsync(CancellationToken.None)), wanted);
                if (count > 0)
                {
                    return Note(count);
                }

                failure = EndedEarly();
            }
            catch (Exception thrown)
            {
                (failure, isOpen) = Judge(thrown, CancellationToken.None);
            }

            Blocking.Wait(PrepareToResumeAsync(failure, isOpen, CancellationToken.None));
        }
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ValidateCopyToArguments(destination, bufferSize);
        ObjectDisposedException.ThrowIf(_disposed, this);
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(bufferSize, CopyStep), Left));
        try
        {
            int count;
            while ((count = await ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [SuppressMessage(
        "Usage",
        "CA2215:Dispose methods should call base class dispose",
        Justification = "The base would call Dispose, which closes the same again.")]
    public override ValueTask DisposeAsync()
    {
        _disposed = true;
        return CloseBodyAsync();
    }

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        _body?.Dispose();
        _body = null;
        base.Dispose(disposing);
    }

    private ValueTask<int> StartAsync(Memory<byte> wanted, CancellationToken cancellationToken) => ValueTasks.StartAsync(
        (Stream: this, Wanted: wanted),
        static (state, token) =>
            state.Stream._body is { } body ? body.ReadAsync(state.Wanted, token) : state.Stream.ReadAnewAsync(state.Wanted, token),
        cancellationToken);

    private async ValueTask<int> ReadAnewAsync(Memory<byte> wanted, CancellationToken cancellationToken)
    {
        Stream body = await OpenAnewAsync(cancellationToken).ConfigureAwait(false);
        return await body.ReadAsync(wanted, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<Stream> OpenAnewAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Stream body = await ReopenAsync(cancellationToken).ConfigureAwait(false);
        _body = body;
        if (_disposed)
        {
            // A concurrent Dispose found no body to close.
            await CloseBodyAsync().ConfigureAwait(false);
            throw new ObjectDisposedException(GetType().FullName);
        }

        return body;
    }

    private async ValueTask<int> FinishAsync(ValueTask<int> reading, Memory<byte> wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            StorageException failure;
            bool isOpen = true;
            try
            {
                int count = await reading.ConfigureAwait(false);
                if (count > 0)
                {
                    return Note(count);
                }

                failure = EndedEarly();
            }
            catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
            {
                throw Cancellations.By(cancelled, cancellationToken);
            }
            catch (Exception thrown)
            {
                (failure, isOpen) = Judge(thrown, cancellationToken);
            }

            await PrepareToResumeAsync(failure, isOpen, cancellationToken).ConfigureAwait(false);
            reading = StartAsync(wanted, cancellationToken);
        }
    }

    private StorageException EndedEarly() =>
        new(StorageErrorCode.ServiceUnavailable, $"The body ended at byte {_position}, before {_end}.");

    /// <summary>Judges a failed read, and returns whether a body was open. Only a body that breaks off is reopened.</summary>
    private (StorageException Failure, bool WasOpen) Judge(Exception thrown, CancellationToken cancellationToken)
    {
        // The reader was disposed meanwhile, which caused the failure. Nothing is reopened for it.
        ObjectDisposedException.ThrowIf(_disposed, this);

        // A cancelled body may throw as if the connection was cut.
        cancellationToken.ThrowIfCancellationRequested();
        return (thrown as StorageException
            ?? _context.Backend.MapReadFailure(thrown, cancellationToken)
            ?? BrokenBody(thrown), _body is not null);
    }

    private int Note(int count)
    {
        _position += count;
        _failures = 0;
        if (_meter is { } meter)
        {
            meter.Add(count);
            if (Left == 0)
            {
                meter.End(Length);
            }
        }

        if (!_isBeneath)
        {
            Telemetry.BytesRead.Add(count, new KeyValuePair<string, object?>(Telemetry.ProviderTag, _context.Backend.Provider));
        }

        return count;
    }

    /// <summary>
    /// A request to open the rest that fails was tried again by the SDK already. Only bodies that break off are opened again here.
    /// </summary>
    private async Task PrepareToResumeAsync(StorageException failure, bool wasOpen, CancellationToken cancellationToken)
    {
        if (!_isBeneath)
        {
            // A decorator outside may have changed the key. Only the outer stream knows the key of the caller.
            failure.At(_context.Operations.Store, _context.Backend.Provider, OperationNames.Read, _request.Bucket, _request.Key);
        }

        await CloseBodyAsync().ConfigureAwait(false);
        if (wasOpen && !failure.IsTransient)
        {
            // For example, the last bytes did not match the object's checksum. A second read of the rest alone would not be verified.
            _refused = failure;
        }

        int attempts = _context.Settings.ReadRetries;
        if (!failure.IsTransient || !wasOpen || _failures >= attempts || failure.IsGivenUp)
        {
            // An object that was replaced or deleted meanwhile is no fault of the store.
            if (!failure.IsGivenUp && failure.Code is not (StorageErrorCode.PreconditionFailed or StorageErrorCode.NoSuchKey))
            {
                Log.ReadFailed(_context.Operations.Logger, failure, _request.Bucket, _request.Key, _position, failure.Code);
            }

            // An outer stream must not start again with all of its own attempts.
            failure.IsGivenUp = true;
            throw failure;
        }

        _failures++;
        Telemetry.Resumes.Add(1, new KeyValuePair<string, object?>(Telemetry.ProviderTag, _context.Backend.Provider));
        Log.Resuming(_context.Operations.Logger, _request.Bucket, _request.Key, _position, failure.Code, _failures, attempts);
        TimeSpan delay = DelayBefore(_failures);
        if (failure.RetryAfter > delay)
        {
            delay = failure.RetryAfter.Value;
        }

        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, _context.Operations.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The first attempt has no delay unless the upstream requests one, because most bodies break when an idle connection is cut.
    /// </summary>
    private static TimeSpan DelayBefore(int attempt)
    {
        if (attempt == 1)
        {
            return TimeSpan.Zero;
        }

        double grown = Math.Min(FirstDelay.TotalSeconds * Math.Pow(2, attempt - 2), LongestDelay.TotalSeconds);
        return TimeSpan.FromSeconds(grown * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    private static StorageException BrokenBody(Exception thrown) =>
        new(StorageErrorCode.ServiceUnavailable, $"The body broke off: {thrown.Message}", thrown);

    private async Task<Stream> ReopenAsync(CancellationToken cancellationToken)
    {
        GetRequest rest = _request with
        {
            Range = ByteRange.From(_position, Left),
            IfRevision = _properties.Revision,
            Conditions = default,
            IsResumption = true,
        };
        GetResult result;
        try
        {
            result = await _context.Backend.GetAsync(rest, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.InvalidRange)
        {
            throw Replaced(error);
        }

        var expected = new ContentRange(_position, Left, _properties.Size);
        if (result.Range == expected && string.Equals(result.Properties.Revision, _properties.Revision, StringComparison.Ordinal))
        {
            return Limited(result.Content);
        }

        await result.Content.DisposeAsync().ConfigureAwait(false);
        throw string.Equals(result.Properties.Revision, _properties.Revision, StringComparison.Ordinal)
            ? new StorageException(
                StorageErrorCode.InternalError,
                $"The upstream answered bytes {result.Range.Offset} to {result.Range.Offset + result.Range.Length} of " +
                $"{result.Range.ObjectSize} "
                + $"when asked for {_position} to {_end} of {_properties.Size}.")
            : Replaced(cause: null);
    }

    private static StorageException Replaced(Exception? cause) =>
        new(
            StorageErrorCode.PreconditionFailed,
            "The object was replaced while it was being read. Read it again from the beginning.",
            cause);

    /// <summary>A body that stalls counts as broken off.</summary>
    private IdleTimeoutStream Limited(Stream body) => new(body, _context.Settings.Limits.Idle, _context.Operations.Time);

    private ValueTask CloseBodyAsync()
    {
        Stream? body = _body;
        _body = null;
        return body is null ? ValueTask.CompletedTask : body.DisposeAsync();
    }
}
