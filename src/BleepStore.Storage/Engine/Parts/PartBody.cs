using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Engine.Parts;

/// <summary>
/// One part of a content. It is replayable, and its length and MD5 are known. Disposing releases the buffers of its bytes.
/// </summary>
internal abstract class PartBody(long length, ReadOnlyMemory<byte> md5) : StorageBody, IDisposable
{
    public long Size { get; } = length;

    public override long? Length => Size;

    public override ReadOnlyMemory<byte>? Md5 => md5;

    public override bool CanReplay => true;

    public override string ETag => ETags.FromMd5(md5.Span);

    public abstract void Dispose();

    /// <summary>Awaits a request that sends a body. A refusal of its bytes is explained, if the reason is their source.</summary>
    /// <param name="body">The body that is sent.</param>
    /// <param name="sending">The request.</param>
    /// <param name="cancellationToken">Stops the explaining.</param>
    public static async Task<T> ExplainRefusalAsync<T>(StorageBody body, Task<T> sending, CancellationToken cancellationToken)
    {
        try
        {
            return await sending.ConfigureAwait(false);
        }
        catch (StorageException refused) when (refused.Code == StorageErrorCode.BadDigest && body is PartBody)
        {
            if (await ((PartBody)body).ExplainAsync(refused, cancellationToken).ConfigureAwait(false) is { } reason)
            {
                throw reason;
            }

            throw;
        }
    }

    /// <summary>
    /// Explains why the upstream received bytes that do not match the MD5. <see langword="null"/> when the part still matches.
    /// </summary>
    public virtual ValueTask<StorageException?> ExplainAsync(StorageException refused, CancellationToken cancellationToken) => default;
}
