using BleepStore.Storage.Backends;
using BleepStore.Storage.Caching.Staleness;

namespace BleepStore.Storage.Caching;

/// <summary>A large object that is written by parts. Its completion is a write of the key.</summary>
/// <param name="inner">The write underneath.</param>
/// <param name="known">Takes the note.</param>
/// <param name="begun">The object that is written.</param>
internal sealed class NotedWrite(PartedWrite inner, KnownObjects known, CreateUploadRequest begun) : PartedWrite
{
    public override bool CanRepeatCompletion => inner.CanRepeatCompletion;

    public override Task<PartInfo> SendAsync(int partNumber, StorageBody body, CancellationToken cancellationToken) =>
        inner.SendAsync(partNumber, body, cancellationToken);

    public override Task<PartInfo> CopyAsync(
        int partNumber, ObjectAddress source, ObjectProperties sourceProperties, ContentRange range, CancellationToken cancellationToken) =>
        inner.CopyAsync(partNumber, source, sourceProperties, range, cancellationToken);

    public override async Task<ObjectProperties> CompleteAsync(
        IReadOnlyList<PartInfo> parts, WriteCondition condition, CancellationToken cancellationToken)
    {
        known.NoteWrite(begun.Bucket, begun.Key);
        try
        {
            return await inner.CompleteAsync(parts, condition, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            known.NoteWrite(begun.Bucket, begun.Key);
        }
    }

    public override Task AbortAsync(CancellationToken cancellationToken) => inner.AbortAsync(cancellationToken);
}
