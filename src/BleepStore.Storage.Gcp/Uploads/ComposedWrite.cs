using System.Collections.Concurrent;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Gcp.Wire;

namespace BleepStore.Storage.Gcp.Uploads;

/// <summary>
/// A large object that one call writes by part objects. This object knows all stored parts, so the completion lists nothing.
/// </summary>
/// <param name="upstream">Locates buckets.</param>
/// <param name="parts">Stores parts.</param>
/// <param name="completions">Completes the write.</param>
/// <param name="cleanUp">Deletes the remaining objects.</param>
/// <param name="begun">The beginning of the write.</param>
/// <param name="recordGeneration">The generation of the record that leads to the parts if this process dies.</param>
internal sealed class ComposedWrite(
    GcpUpstream upstream,
    GcpParts parts,
    Completions completions,
    UploadCleanUp cleanUp,
    CreateUploadRequest begun,
    long recordGeneration) : PartedWrite
{
    private readonly ConcurrentDictionary<int, StoredPart> _stored = [];

    public override async Task<PartInfo> SendAsync(int partNumber, StorageBody body, CancellationToken cancellationToken) => Keep(
        partNumber,
        await parts.PutPartAsync(
            begun.Bucket, begun.WriteToken, partNumber, begun.Attributes, body, cancellationToken).ConfigureAwait(false));

    public override async Task<PartInfo> CopyAsync(
        int partNumber, ObjectAddress source, ObjectProperties sourceProperties, ContentRange range, CancellationToken cancellationToken)
    {
        var request = new CopyPartRequest
        {
            Bucket = begun.Bucket,
            Key = begun.Key,
            UploadId = begun.WriteToken,
            PartNumber = partNumber,
            Source = source,
            SourceProperties = sourceProperties,
            Range = range,
        };
        return Keep(partNumber, await parts.CopyPartAsync(request, begun.Attributes, cancellationToken).ConfigureAwait(false));
    }

    public override Task<ObjectProperties> CompleteAsync(
        IReadOnlyList<PartInfo> chosen, WriteCondition condition, CancellationToken cancellationToken)
    {
        var request = new CompleteUploadRequest
        {
            Bucket = begun.Bucket,
            Key = begun.Key,
            UploadId = begun.WriteToken,
            Parts = chosen,
            Condition = condition,
        };
        return completions.CompleteAsync(new Completion(request, begun.Attributes, _stored), recordGeneration, cancellationToken);
    }

    public override Task AbortAsync(CancellationToken cancellationToken) => cleanUp.CleanUpAsync(
        upstream.Container(begun.Bucket), begun.Bucket, begun.Key, begun.WriteToken, recordGeneration, cancellationToken);

    private PartInfo Keep(int partNumber, StoredPart part)
    {
        _stored[partNumber] = part;
        return part.Part;
    }
}
