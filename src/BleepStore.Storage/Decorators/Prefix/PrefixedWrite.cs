using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Decorators.Prefix;

/// <summary>A large object under the prefix.</summary>
/// <param name="inner">The write underneath.</param>
/// <param name="prefix">The prefix.</param>
internal sealed class PrefixedWrite(PartedWrite inner, KeyPrefix prefix) : PartedWrite
{
    public override bool CanRepeatCompletion => inner.CanRepeatCompletion;

    public override Task<PartInfo> SendAsync(int partNumber, StorageBody body, CancellationToken cancellationToken) =>
        inner.SendAsync(partNumber, body, cancellationToken);

    public override Task<PartInfo> CopyAsync(
        int partNumber, ObjectAddress source, ObjectProperties sourceProperties, ContentRange range, CancellationToken cancellationToken) =>
        inner.CopyAsync(partNumber, prefix.Add(source), prefix.Add(sourceProperties), range, cancellationToken);

    public override async Task<ObjectProperties> CompleteAsync(
        IReadOnlyList<PartInfo> parts, WriteCondition condition, CancellationToken cancellationToken) =>
        prefix.Remove(await inner.CompleteAsync(parts, condition, cancellationToken).ConfigureAwait(false));

    public override Task AbortAsync(CancellationToken cancellationToken) => inner.AbortAsync(cancellationToken);
}
