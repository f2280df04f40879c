using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Decorators.Concurrency;

/// <summary>A large object whose requests each need a place.</summary>
/// <param name="inner">The write underneath.</param>
/// <param name="places">The places.</param>
internal sealed class PlacedWrite(PartedWrite inner, RequestPlaces places) : PartedWrite
{
    public override bool CanRepeatCompletion => inner.CanRepeatCompletion;

    public override async Task<PartInfo> SendAsync(int partNumber, StorageBody body, CancellationToken cancellationToken)
    {
        using RequestPlace place = await places.EnterAsync(cancellationToken).ConfigureAwait(false);
        return await inner.SendAsync(partNumber, PlacedBody.Of(body, place), cancellationToken).ConfigureAwait(false);
    }

    public override async Task<PartInfo> CopyAsync(
        int partNumber, ObjectAddress source, ObjectProperties sourceProperties, ContentRange range, CancellationToken cancellationToken)
    {
        using RequestPlace place = await places.EnterAsync(cancellationToken).ConfigureAwait(false);
        return await inner.CopyAsync(partNumber, source, sourceProperties, range, cancellationToken).ConfigureAwait(false);
    }

    public override async Task<ObjectProperties> CompleteAsync(
        IReadOnlyList<PartInfo> parts, WriteCondition condition, CancellationToken cancellationToken)
    {
        using RequestPlace place = await places.EnterAsync(cancellationToken).ConfigureAwait(false);
        return await inner.CompleteAsync(parts, condition, cancellationToken).ConfigureAwait(false);
    }

    public override async Task AbortAsync(CancellationToken cancellationToken)
    {
        using RequestPlace place = await places.EnterAsync(cancellationToken).ConfigureAwait(false);
        await inner.AbortAsync(cancellationToken).ConfigureAwait(false);
    }
}
