using System.Globalization;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Decorators.Compression;

/// <summary>
/// The copy of an object that is too large for one request before it is compressed, and not so afterwards. Its parts cannot be cut out of
/// the stored bytes, so the completion copies all of them.
/// </summary>
/// <param name="inner">The backend underneath.</param>
/// <param name="copy">The copy, without its condition.</param>
internal sealed class WholeCopy(StorageBackend inner, CopyRequest copy) : PartedWrite
{
    public override Task<PartInfo> SendAsync(int partNumber, StorageBody body, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A copy has no parts that are sent.");

    public override Task<PartInfo> CopyAsync(
        int partNumber, ObjectAddress source, ObjectProperties sourceProperties, ContentRange range, CancellationToken cancellationToken)
    {
        new WriteCondition { IfRevision = copy.SourceProperties.Revision }.ThrowIfNotMet(sourceProperties);
        return Task.FromResult(new PartInfo
        {
            PartNumber = partNumber,
            ETag = partNumber.ToString(CultureInfo.InvariantCulture),
            Size = range.Length,
        });
    }

    public override async Task<ObjectProperties> CompleteAsync(
        IReadOnlyList<PartInfo> parts, WriteCondition condition, CancellationToken cancellationToken) =>
        CompressionRecord.Show(await inner.CopyAsync(copy with { Condition = condition }, cancellationToken).ConfigureAwait(false));

    public override Task AbortAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
