using BleepStore.Storage.Backends.Bodies;
using BleepStore.Storage.Errors;

namespace BleepStore.Storage.Engine.Reads;

/// <summary>
/// Reads an object anywhere through a window in memory. A read inside the window costs nothing. The window grows while the object is read
/// forward, and is small again after a leap. One read at a time.
/// </summary>
/// <param name="length">The object's size in bytes.</param>
/// <param name="largest">How many bytes a window has at most.</param>
/// <param name="open">Opens a number of bytes from a position, always at the same revision.</param>
internal sealed class ReadWindows(long length, int largest, Func<long, long, CancellationToken, Task<Stream>> open) : IDisposable
{
    /// <summary>
    /// How many bytes the first window has, and the first after a leap. It holds the directory of a zip with some 900 entries, and the
    /// footer of most Parquet files.
    /// </summary>
    public const int FirstSize = 64 * 1024;

    /// <summary>Never disposed, because a read may link to it at that moment. It has no timer, so nothing is lost.</summary>
    private readonly CancellationTokenSource _closing = new();

    private byte[] _buffer = [];
    private long _start;
    private int _count;
    private int _size;
    private Stream? _loading;
    private volatile bool _isDisposed;

    public bool IsDisposed => _isDisposed;

    public ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken)
        : position >= length || buffer.IsEmpty || Holds(position) ? new ValueTask<int>(Take(position, buffer.Span))
        : LoadAndReadAsync(position, buffer, cancellationToken);

    public int Read(long position, Span<byte> buffer)
    {
        if (position < length && !buffer.IsEmpty && !Holds(position))
        {
            Move(position, buffer.Length);
            try
            {
                using Stream content = Opened(Blocking.Wait(new ValueTask<Stream>(open(_start, _size, _closing.Token))));
                int count;
                while (_count < _size && (count = content.Read(_buffer.AsSpan(_count, _size - _count))) > 0)
                {
                    _count += count;
                }

                RequireFull();
            }
            catch (Exception thrown) when (_isDisposed)
            {
                throw Disposed(thrown);
            }
            finally
            {
                _loading = null;
            }
        }

        return Take(position, buffer);
    }

    /// <summary>Takes the window from a stream that is open at the object's first byte.</summary>
    public async Task LoadFirstAsync(Stream content, CancellationToken cancellationToken)
    {
        Move(0, wanted: 0);
        await FillAsync(content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops a read that is under way.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _closing.Cancel();
        _loading?.Dispose();
    }

    private bool Holds(long position) => position >= _start && position < _start + _count;

    private int Take(long position, Span<byte> buffer)
    {
        if (!Holds(position))
        {
            return 0;
        }

        ReadOnlySpan<byte> held = _buffer.AsSpan((int)(position - _start), (int)(_start + _count - position));
        int count = Math.Min(held.Length, buffer.Length);
        held[..count].CopyTo(buffer);
        return count;
    }

    private async ValueTask<int> LoadAndReadAsync(long position, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Move(position, buffer.Length);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            Stream content = Opened(await open(_start, _size, stop.Token).ConfigureAwait(false));
            await using (content.ConfigureAwait(false))
            {
                await FillAsync(content, stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception thrown) when (_isDisposed)
        {
            throw Disposed(thrown);
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            throw Cancellations.By(cancelled, cancellationToken);
        }
        finally
        {
            _loading = null;
        }

        return Take(position, buffer.Span);
    }

    /// <summary>Chooses the next window. It is empty until it is filled.</summary>
    private void Move(long position, int wanted)
    {
        bool isForward = _count > 0 && position == _start + _count;
        long size = Math.Min(Math.Max(isForward ? 2L * _size : FirstSize, wanted), largest);

        // Footers are read from the end backwards, so the window also extends backwards.
        _start = isForward || position == 0 ? position : Math.Min(position, Math.Max(0, length - size));
        _size = (int)Math.Min(size, length - _start);
        _count = 0;
        if (_buffer.Length < _size)
        {
            _buffer = GC.AllocateUninitializedArray<byte>(_size);
        }
    }

    private async Task FillAsync(Stream content, CancellationToken cancellationToken)
    {
        int count;
        while (_count < _size
            && (count = await content.ReadAsync(_buffer.AsMemory(_count, _size - _count), cancellationToken).ConfigureAwait(false)) > 0)
        {
            _count += count;
        }

        RequireFull();
    }

    /// <summary>A window that lacks bytes would look like the object's end.</summary>
    private void RequireFull()
    {
        if (_count < _size)
        {
            throw new EndOfStreamException($"The object ended at byte {_start + _count} of {length}. Open it again.");
        }
    }

    private static ObjectDisposedException Disposed(Exception thrown) => new("The stream was disposed while it was read.", thrown);

    /// <summary>A disposal meanwhile has found nothing to close.</summary>
    private Stream Opened(Stream content)
    {
        _loading = content;
        if (_isDisposed)
        {
            content.Dispose();
        }

        return content;
    }
}
