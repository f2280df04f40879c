using System.IO.Pipelines;
using BleepStore.Storage.Engine.Puts;
using BleepStore.Storage.Errors;

namespace BleepStore.Storage;

/// <summary>
/// An object being written. Bytes go to <see cref="Stream"/>; <see cref="CommitAsync"/> makes them the object. Disposing without commit
/// leaves what was there before, so that an exception on the way can never publish half an object. One writer at a time.
/// </summary>
/// <remarks>Every member is virtual and there is a protected constructor, so that applications can fake it.</remarks>
public class ObjectWriter : IAsyncDisposable
{
    private readonly Pipe _pipe = new();
    private readonly CancellationToken _opening;
    private readonly CancellationTokenSource _abandoned;
    private readonly Stream? _stream;
    private readonly Task<ObjectProperties>? _put;
    private State _state;

    /// <summary>
    /// Begins to write. <see cref="Bucket.OpenWriteAsync"/> does it, and checks first; it is public so that a fake <see cref="Bucket"/> can
    /// answer.
    /// </summary>
    /// <param name="bucket">Where the object goes; its
    /// <see cref="Bucket.PutAsync(string, System.IO.Stream, PutOptions?, CancellationToken)"/> gets the bytes.</param>
    /// <param name="key">The key.</param>
    /// <param name="options">Attributes, conditions, checks. Default: none.</param>
    /// <param name="cancellationToken">Stops the whole write, up to the commit.</param>
    public ObjectWriter(Bucket bucket, string key, PutOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        _opening = cancellationToken;
        _abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _stream = new PipeWriteStream(_pipe.Writer, () => _put!);
        _put = PutAsync(bucket, key, options);
    }

    /// <summary>For fakes: a writer of which every member that is used must be overridden.</summary>
    protected ObjectWriter() => _abandoned = new CancellationTokenSource();

    private enum State
    {
        Open,
        Committing,
        Ended,
    }

    /// <summary>
    /// Takes the bytes: write only, asynchronous only (synchronous writes throw <see cref="NotSupportedException"/>). It waits when the
    /// store is slower than the writer. When the store fails, the next write throws its <see cref="StorageException"/>. Disposing the
    /// stream neither commits nor abandons.
    /// </summary>
    public virtual Stream Stream => _stream ?? throw NotOverridden();

    /// <summary>Makes what was written the object.</summary>
    /// <param name="cancellationToken">Stops the commit; see
    /// <see cref="Bucket.PutAsync(string, System.IO.Stream, PutOptions?, CancellationToken)"/> for what that leaves.</param>
    /// <returns>The properties of the stored object.</returns>
    /// <exception cref="InvalidOperationException">It was committed before, or disposed.</exception>
    /// <exception cref="StorageException">As putting a stream.</exception>
    public virtual async Task<ObjectProperties> CommitAsync(CancellationToken cancellationToken = default)
    {
        if (_put is null)
        {
            throw NotOverridden();
        }

        if (_state != State.Open)
        {
            throw new InvalidOperationException("The object was committed or given up already. Open another writer.");
        }

        _state = State.Committing;
        CancellationTokenRegistration registration = cancellationToken.Register(static abandoned => ((CancellationTokenSource)abandoned!).Cancel(), _abandoned);
        await using (registration.ConfigureAwait(false))
        {
            await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
            try
            {
                return await _put.ConfigureAwait(false);
            }
            catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
            {
                throw Cancellations.By(cancelled, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Gives the object up unless it was committed, and waits until nothing is under way any more. May be called more than once.
    /// </summary>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_state == State.Ended)
        {
            return;
        }

        if (_state == State.Open)
        {
            await _abandoned.CancelAsync().ConfigureAwait(false);
            await _pipe.Writer.CompleteAsync(new OperationCanceledException("The writer was disposed without commit.")).ConfigureAwait(false);
        }

        _state = State.Ended;

        // Given up, or already reported by the commit or a write: nobody is left to tell.
        if (_put is not null)
        {
            await ((Task)_put).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _abandoned.Dispose();
    }

    private static InvalidOperationException NotOverridden() =>
        new($"This {nameof(ObjectWriter)} is a fake that does not override the member that was called.");

    private async Task<ObjectProperties> PutAsync(Bucket bucket, string key, PutOptions? options)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            ObjectProperties properties = await bucket.PutAsync(key, _pipe.Reader.AsStream(leaveOpen: true), options, _abandoned.Token).ConfigureAwait(false);
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
            // Completing the reader is what wakes a writer that waits for room; it then meets this failure.
            await _pipe.Reader.CompleteAsync(failure).ConfigureAwait(false);
            throw;
        }
    }
}
