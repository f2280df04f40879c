using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Engine.Writes;

/// <summary>Turns a condition on an ETag into one on the revision that has the ETag, where the upstream knows only that.</summary>
internal static class RevisionPin
{
    /// <summary>
    /// How often a write on an ETag follows an object that others replace by equal bytes. Without a limit it could follow for ever.
    /// </summary>
    public const int MaximumMoves = 10;

    public static bool IsTestedUpstream(StoreContext context, WriteCondition wanted) =>
        wanted.IfMatch is null || (context.Capabilities.ComparesETags && wanted.IfMatch != "*");

    /// <summary>
    /// Where a revision is made from the bytes, a newer object that the caller has not named can have the same revision. An ETag names the
    /// bytes.
    /// </summary>
    public static bool NamesOtherObjects(StoreContext context, WriteCondition wanted) =>
        context.Capabilities.RevisionsRepeat && wanted.IfRevision is not null;

    public static Task<StoredObject> HeadAsync(
        StoreContext context, ObjectAddress address, CancellationToken cancellationToken) =>
        context.Backend.HeadAsync(new HeadRequest { Bucket = address.Bucket, Key = address.Key, IsForWrite = true }, cancellationToken);

    /// <summary>Tests the ETag here, and leaves it to the upstream to test that nothing has changed since.</summary>
    public static async Task<WriteCondition> PinAsync(
        StoreContext context, ObjectAddress address, WriteCondition wanted, CancellationToken cancellationToken)
    {
        ObjectProperties? current = null;
        try
        {
            current = (await HeadAsync(context, address, cancellationToken).ConfigureAwait(false)).Properties;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            // The condition decides about a missing object.
        }

        wanted.ThrowIfNotMet(current);
        return OnRevision(wanted, current!);
    }

    public static WriteCondition OnRevision(WriteCondition wanted, ObjectProperties current) =>
        wanted with { IfMatch = null, IfRevision = current.Revision };
}
