using System.IO.Pipelines;
using BleepStore.Storage.Basics;
using BleepStore.Storage.Engine.Puts;
using BleepStore.Storage.Errors;

namespace BleepStore.Storage;

/// <summary>
/// Writes an object through a stream. Write the bytes to <see cref="Stream"/>, then call <see cref="CommitAsync"/> to create the object.
/// Disposing without a commit leaves the old object, so an exception never publishes half an object. Only one thread may write at a time.
/// <see cref="Bucket.WriteAsync"/> is simpler where the bytes are written in one place.
/// </summary>
/// <remarks>All members are virtual, and a protected constructor exists, so applications can fake the type.</remarks>
public class ObjectWriter : IAsyncDisposable, IDisposable
{
    private readonly Pipe _pipe = new();
    private readonly CancellationToken _opening;
    private readonly CancellationTokenSource _abandoned;
    private readonly PipeWriteStream? _stream;
    private readonly Task<ObjectProperties>? _put;
    private State _state;

    /// <summary>
    /// Begins to write. <see cref="Bucket.OpenWriteAsync"/> calls it after its checks. The constructor is public because a fake
    /// <see cref="Bucket"/> needs it.
    /// </summary>
    /// <param name="bucket">
    /// The bucket of the object. Its <see cref="Bucket.PutAsync(string, System.IO.Stream, PutOptions?, CancellationToken)"/> receives the
    /// bytes.
    /// </param>
    /// <param name="key">The key.</param>
    /// <param name="options">Attributes, conditions, checks. The default is none.</param>
    /// <param name="cancellationToken">Stops the whole write, up to the commit.</param>
    public ObjectWriter(Bucket bucket, string key, PutOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        _opening = cancellationToken;
        _abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _stream = new PipeWriteStream(_pipe.Writer, () => _put!);
        _put = PutAsync(bucket, key, options);
    }

    /// <summary>For fakes, which must override every member that is used.</summary>
    protected ObjectWriter() => _abandoned = new CancellationTokenSource();

    private enum State
    {
        Open,
        Committing,
        Ended,
    }

    /// <summary>
    /// The stream that receives the bytes. It is forward only, asynchronous or synchronous. A write waits when the store is slower than the
    /// writer. A synchronous write waits only when 4 to 8 MiB are ahead of the store, and blocks its thread meanwhile. When the store
    /// fails, the next write throws its <see cref="StorageException"/>. Disposing the stream neither commits nor discards the object.
    /// </summary>
    public virtual Stream Stream => _stream ?? throw NotOverridden();

    /// <summary>
    /// Creates the object from the written bytes. First dispose any wrapper around <see cref="Stream"/>, such as a
    /// <see cref="StreamWriter"/> or a compressor. The bytes that it still holds would be missing.
    /// </summary>
    /// <param name="cancellationToken">
    /// Stops the commit. For the outcome see <see cref="Bucket.PutAsync(string, System.IO.Stream, PutOptions?, CancellationToken)"/>.
    /// </param>
    /// <returns>The properties of the stored object.</returns>
    /// <exception cref="InvalidOperationException">
    /// It was committed before, or disposed. Or nothing was written, not even zero bytes. Or a write is running, was cancelled or failed,
    /// so bytes would be missing. Nothing is stored then.
    /// </exception>
    /// <exception cref="StorageException">As putting a stream.</exception>
    public virtual async Task<ObjectProperties> CommitAsync(CancellationToken cancellationToken = default)
    {
        if (_put is null)
        {
            throw NotOverridden();
        }

        if (_state != State.Open)
        {
            throw PipeWriteStream.EndedAlready();
        }

        RequireAllWritten(_stream!, _put);
        if (!_stream!.TryClose())
        {
            throw _stream.IsWriting ? NotWrittenYet() : PipeWriteStream.EndedAlready();
        }

        if (Interlocked.CompareExchange(ref _state, State.Committing, State.Open) != State.Open)
        {
            throw PipeWriteStream.EndedAlready();
        }

        CancellationTokenRegistration registration = cancellationToken.Register(
            static abandoned => ((CancellationTokenSource)abandoned!).Cancel(), _abandoned);
        await using (registration.ConfigureAwait(false))
        {
            try
            {
                await _pipe.Writer.CompleteAsync(await PassOnAsync(_stream).ConfigureAwait(false)).ConfigureAwait(false);
                return await _put.ConfigureAwait(false);
            }
            catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
            {
                throw Cancellations.By(cancelled, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Gives the object up unless it was committed, and waits until nothing is under way any more. It may be called more than once.
    /// </summary>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (!TryEnd())
        {
            return;
        }

        await WaitForEndAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Discards the object unless it was committed, and does not wait. Bytes that were already stored are removed in the background.
    /// <see cref="DisposeAsync"/> waits for that. It may be called more than once.
    /// </summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the resources of a derived type.</summary>
    /// <param name="disposing">Always <see langword="true"/>, unless a derived type has a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing && TryEnd())
        {
            _ = WaitForEndAsync();
        }
    }

    private void RequireAllWritten(PipeWriteStream stream, Task put)
    {
        if (stream.IsWriting)
        {
            throw NotWrittenYet();
        }

        // Any other failure of a write belongs to the put, which reports it better. The same is true of a cancellation of the whole write.
        if (stream.Failure is OperationCanceledException failure && !put.IsCompleted && !_opening.IsCancellationRequested)
        {
            throw new InvalidOperationException(
                "A write was cancelled, so bytes of the object would be missing. Nothing was stored. Write it again.", failure);
        }

        if (!stream.HasWritten && stream.Failure is null && !put.IsCompleted && !_opening.IsCancellationRequested)
        {
            throw new InvalidOperationException(
                $"Nothing was written. Write the bytes first. Dispose any wrapper around {nameof(Stream)} before the commit. "
                + "To store an empty object, write zero bytes.");
        }
    }

    /// <summary>Passes on the bytes that synchronous writes hold.</summary>
    /// <returns>The reason of a failure, which ends the put. <see langword="null"/> when all bytes are in the pipe.</returns>
    private async Task<Exception?> PassOnAsync(PipeWriteStream stream)
    {
        try
        {
            await stream.DrainAsync(_abandoned.Token).ConfigureAwait(false);
            return stream.Failure;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    /// <returns>Whether this call is the first to end the writer.</returns>
    private bool TryEnd()
    {
        State state = Interlocked.Exchange(ref _state, State.Ended);
        if (state == State.Open)
        {
            _abandoned.Cancel();
            _stream?.Abandon(new OperationCanceledException("The writer was disposed without commit."));
        }

        return state != State.Ended;
    }

    private async Task WaitForEndAsync()
    {
        // The writer was discarded, or the commit or a write has already reported the failure.
        if (_put is not null)
        {
            await ((Task)_put).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _abandoned.Dispose();
    }

    private static InvalidOperationException NotWrittenYet() => new("A write has not ended yet. Await it before the commit.");

    private static InvalidOperationException NotOverridden() => Fakes.NotOverridden(nameof(ObjectWriter));

    private async Task<ObjectProperties> PutAsync(Bucket bucket, string key, PutOptions? options)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            ObjectProperties properties = await bucket.PutAsync(key, _pipe.Reader.AsStream(leaveOpen: true), options, _abandoned.Token)
                .ConfigureAwait(false);
            await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
            return properties;
        }
        catch (OperationCanceledException cancelled) when (_opening.IsCancellationRequested)
        {
            OperationCanceledException failure = Cancellations.By(cancelled, _opening);
            await _pipe.Reader.CompleteAsync(failure).ConfigureAwait(false);
            throw failure;
        }
        catch (Exception failure)
        {
            // Completing the reader wakes a writer that waits for space. The writer then receives this failure.
            await _pipe.Reader.CompleteAsync(failure).ConfigureAwait(false);
            throw;
        }
    }
}
