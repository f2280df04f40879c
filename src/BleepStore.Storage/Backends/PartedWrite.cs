namespace BleepStore.Storage.Backends;

/// <summary>
/// One large object that a single call of the library writes in parts. The call is a put, or a copy above
/// <see cref="StorageCapabilities.MaxCopySize"/>. <see cref="StorageBackend.BeginPartsAsync"/> makes it. No other process needs to find it.
/// </summary>
/// <remarks>
/// The core sends parts in parallel, so <see cref="SendAsync"/> and <see cref="CopyAsync"/> must be thread-safe. The core sends no part
/// number twice. A decorator may resend a part that failed. Afterwards the core calls <see cref="CompleteAsync"/> or, when a part has
/// failed, <see cref="AbortAsync"/>. A completion that is refused because the object has changed can be called again with the revision of
/// now. A completion that has failed for good is followed by <see cref="AbortAsync"/>. Nothing is visible under the key before the
/// completion.
/// </remarks>
public abstract class PartedWrite
{
    /// <summary>
    /// Whether a decorator that repeats requests can call <see cref="CompleteAsync"/> again after a failure of unknown outcome. The second
    /// call must not take effect when the first one has. The core does not ask. The default is <see langword="false"/>.
    /// </summary>
    public virtual bool CanRepeatCompletion => false;

    /// <summary>Stores one part.</summary>
    /// <param name="partNumber">The number of the part, from 1 to 10,000.</param>
    /// <param name="body">The bytes.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.UploadInvalidated"/> when another write has discarded earlier parts, and the codes of any request.
    /// </exception>
    public abstract Task<PartInfo> SendAsync(int partNumber, StorageBody body, CancellationToken cancellationToken);

    /// <summary>Stores one part from a range of another object, on the server.</summary>
    /// <param name="partNumber">The number of the part, from 1 to 10,000.</param>
    /// <param name="source">The object to copy from.</param>
    /// <param name="sourceProperties">The properties of the source. The copy is pinned to their revision.</param>
    /// <param name="range">The bytes to copy, resolved against the size of the source.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchKey"/> or <see cref="StorageErrorCode.PreconditionFailed"/> when the source was deleted or has
    /// changed.
    /// </exception>
    public abstract Task<PartInfo> CopyAsync(
        int partNumber, ObjectAddress source, ObjectProperties sourceProperties, ContentRange range, CancellationToken cancellationToken);

    /// <summary>Creates the object from the parts, atomically. No object bytes are read back by the client.</summary>
    /// <param name="parts">All parts that were stored, in ascending order of their numbers, at least one.</param>
    /// <param name="condition">The conditions at the moment of the commit. They are at most those that the capabilities support.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>The properties of the object, which carries <see cref="CreateUploadRequest.WriteToken"/>.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.PreconditionFailed"/>, <see cref="StorageErrorCode.UploadInvalidated"/>, and the codes of any request.
    /// </exception>
    public abstract Task<ObjectProperties> CompleteAsync(
        IReadOnlyList<PartInfo> parts, WriteCondition condition, CancellationToken cancellationToken);

    /// <summary>Discards the parts. It may be called more than once.</summary>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchUpload"/> when nothing is left to discard. The core ignores it.
    /// </exception>
    public abstract Task AbortAsync(CancellationToken cancellationToken);
}
