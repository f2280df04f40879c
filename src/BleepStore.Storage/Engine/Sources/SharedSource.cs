using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Engine.Sources;

/// <summary>
/// Reads a seekable stream at any offset, for several readers at once. Files are read without moving their position, anything else one at a
/// time.
/// </summary>
internal sealed class SharedSource(Stream source, long start, long length, SourceReads reads) : IDisposable
{
    /// <summary>
    /// A type derived from <see cref="FileStream"/> can deliver other bytes than the file holds: only its own reads are right.
    /// </summary>
    private readonly SafeFileHandle? _file = source.GetType() == typeof(FileStream) ? ((FileStream)source).SafeFileHandle : null;
    private readonly SemaphoreSlim _turn = new(1);

    public long Length { get; } = length;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            if (_file is not null)
            {
                return await RandomAccess.ReadAsync(_file, buffer, start + offset, cancellationToken).ConfigureAwait(false);
            }

            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                source.Position = start + offset;
                return await reads.ReadForeignAsync(source, buffer, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception cause)
        {
            throw IncompleteBody.Failed(offset, cause);
        }
    }

    public void Dispose() => _turn.Dispose();
}
