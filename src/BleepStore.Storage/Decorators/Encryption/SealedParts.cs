using System.Collections.Concurrent;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Engine.Hashing;

namespace BleepStore.Storage.Decorators.Encryption;

/// <summary>
/// A large put whose parts are encrypted. The number of a part tells its first chunk, so parts are encrypted in parallel. A chunk that is
/// not full ends the object. If the last part has only full chunks, an empty chunk follows in another part.
/// </summary>
/// <param name="inner">The write of the stored parts.</param>
/// <param name="key">The key of the object. Cleared when the write has ended.</param>
/// <param name="layout">Where the parts begin.</param>
internal sealed class SealedParts(PartedWrite inner, ObjectKey key, PartLayout layout) : PartedWrite
{
    private readonly ConcurrentDictionary<int, bool> _endsObject = new();
    private PartInfo? _end;

    public override bool CanRepeatCompletion => inner.CanRepeatCompletion;

    public override async Task<PartInfo> SendAsync(int partNumber, StorageBody body, CancellationToken cancellationToken)
    {
        long size = layout.SizeOf(partNumber);
        if (body.Length is not { } length || length > size)
        {
            throw Unplanned(partNumber);
        }

        // Another part can follow a part of the full size. This is not known yet.
        bool endsObject = length < size;
        _endsObject[partNumber] = endsObject;
        var span = new SealedSpan(layout.OffsetOf(partNumber) / StoredSize.Chunk, endsObject);
        StorageBody stored = await SealedBody.SealAsync(body, key, span, streams: false, cancellationToken).ConfigureAwait(false);
        return await inner.SendAsync(partNumber, stored, cancellationToken).ConfigureAwait(false);
    }

    public override Task<PartInfo> CopyAsync(
        int partNumber, ObjectAddress source, ObjectProperties sourceProperties, ContentRange range, CancellationToken cancellationToken) =>
        throw EncryptionBackend.Refused("copies no part of another object into an object", "Copy the whole object, or put the bytes.");

    public override async Task<ObjectProperties> CompleteAsync(
        IReadOnlyList<PartInfo> parts, WriteCondition condition, CancellationToken cancellationToken)
    {
        int last = parts[^1].PartNumber;
        for (int number = 1; number <= last; number++)
        {
            if (parts.Count != last || !_endsObject.TryGetValue(number, out bool endsObject) || (endsObject && number < last))
            {
                throw Unplanned(number);
            }
        }

        IReadOnlyList<PartInfo> stored = parts;
        if (!_endsObject[last])
        {
            _end ??= await SendEndAsync(last + 1, cancellationToken).ConfigureAwait(false);
            stored = [.. parts, _end];
        }

        ObjectProperties made = await inner.CompleteAsync(stored, condition, cancellationToken).ConfigureAwait(false);
        key.Dispose();
        return made with { Size = StoredSize.Shown(made.Size) };
    }

    public override Task AbortAsync(CancellationToken cancellationToken)
    {
        key.Dispose();
        return inner.AbortAsync(cancellationToken);
    }

    private async Task<PartInfo> SendEndAsync(int partNumber, CancellationToken cancellationToken)
    {
        if (partNumber > PartPlan.MaximumParts)
        {
            throw new StorageException(
                StorageErrorCode.EntityTooLarge,
                $"The object needs more than {PartPlan.MaximumParts} parts. Raise {nameof(ObjectStoreOptions.PartSize)}.");
        }

        var span = new SealedSpan(layout.OffsetOf(partNumber) / StoredSize.Chunk, EndsObject: true);
        StorageBody nothing = StorageBody.FromBytes(default);
        StorageBody stored = await SealedBody.SealAsync(nothing, key, span, streams: false, cancellationToken).ConfigureAwait(false);
        return await inner.SendAsync(partNumber, stored, cancellationToken).ConfigureAwait(false);
    }

    private static StorageException Unplanned(int partNumber) => new(
        StorageErrorCode.InternalError,
        $"Part {partNumber} of the object does not have the planned size. A decorator outside the encryption changes the parts. "
        + "Add the decorator after the encryption.");
}
