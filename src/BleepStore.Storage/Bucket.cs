using BleepStore.Storage.Backends;
using BleepStore.Storage.Basics;
using BleepStore.Storage.Budget;
using BleepStore.Storage.Checks;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Progress;
using BleepStore.Storage.Engine.Puts;
using BleepStore.Storage.Engine.Writes;
using BleepStore.Storage.Errors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BleepStore.Storage;

/// <summary>
/// A bucket, in which objects are put, read, listed, copied and deleted. It comes from <see cref="ObjectStore.GetBucket"/>, which does no
/// I/O. Thread-safe. All members are virtual, and a protected constructor exists, so applications can fake the type.
/// </summary>
/// <remarks>
/// On a backend that enforces buckets (<see cref="StorageCapabilities.EnforcesBuckets"/>) every operation answers
/// <see cref="StorageErrorCode.NoSuchBucket"/> when the bucket is not there. A key that the backend cannot store fails with
/// <see cref="StorageErrorCode.InvalidKey"/> before any I/O. A key that is empty or not valid Unicode is <see cref="ArgumentException"/>.
/// <see cref="ObjectStore"/> lists the codes of any request.
/// </remarks>
public partial class Bucket
{
    private readonly StoreContext? _context;
    private readonly WriteProtocol? _writes;
    private readonly PutTransfer? _puts;
    private readonly string _name;

    internal Bucket(string name, StoreContext context)
    {
        _name = name;
        _context = context;
        _writes = new WriteProtocol(context);
        _puts = new PutTransfer(context, _writes);
    }

    /// <summary>For fakes, which must override every member that is used.</summary>
    protected Bucket() => _name = "";

    /// <summary>The bucket's name.</summary>
    public virtual string Name => _name;

    internal StoreContext Context => _context ?? throw Fakes.NotOverridden(nameof(Bucket));

    internal WriteProtocol Writes => _writes ?? throw Fakes.NotOverridden(nameof(Bucket));

    /// <summary>How to transfer. A fake has the defaults.</summary>
    internal TransferSettings Transfers => _context?.Settings ?? TransferSettings.Default;

    /// <summary>Whether objects can be uploaded in parts. A fake can.</summary>
    internal bool SupportsMultipart => _context?.Capabilities.SupportsMultipart ?? true;

    /// <summary>Whether other bytes are stored than were handed over. A fake's are the same.</summary>
    internal bool TransformsBytes => _context?.Capabilities.TransformsBytes ?? false;

    /// <summary>
    /// Whether listings always come in the order of their keys. It is <see langword="false"/> for a fake, whose order is unknown.
    /// </summary>
    internal bool ListsInKeyOrder => _context?.Capabilities.ListsInKeyOrder ?? false;

    /// <summary>Whether an object can be made of these parts. A fake's always can.</summary>
    internal bool IsMadeOf(IReadOnlyList<PartInfo> parts, ObjectProperties made) =>
        _context is null || WriteProof.IsMadeOf(_context.Capabilities, parts, made);

    /// <summary>
    /// Returns where an object lies, as far as the backend tells. Two stores can have buckets of one name. It is empty for a fake.
    /// </summary>
    internal string PlaceOf(string key)
    {
        if (_context is null)
        {
            return "";
        }

        StorageBackend backend = _context.Backend;
        string server = backend.Server is { } address ? $" {address.Host}:{address.Port}" : "";
        return $"{backend.Provider}{server} {backend.PlaceOf(Name, key)}";
    }

    /// <summary>
    /// Returns whether a revision was written in parts of the sizes that this store has. Its write token tells that. It is
    /// <see langword="false"/> for a fake, where another revision has taken its place, and where the object cannot be looked at. Where
    /// revisions repeat, it is always <see langword="false"/>, because an ETag of parts can be the server's own.
    /// </summary>
    internal async Task<bool> IsCutByPlanAsync(string key, ObjectProperties revision, CancellationToken cancellationToken)
    {
        if (_context is null || _context.Capabilities.RevisionsRepeat)
        {
            return false;
        }

        try
        {
            StoredObject found = await _context.Operations.RunStepAsync(
                OperationNames.Get,
                new ObjectAddress(Name, key),
                (Context: _context, Address: new ObjectAddress(Name, key)),
                static (state, token) => RevisionPin.HeadAsync(state.Context, state.Address, token),
                cancellationToken).ConfigureAwait(false);
            return found.Properties.Revision == revision.Revision
                && found.Properties.ETag == revision.ETag
                && WriteToken.IsOfPlan(found.WriteToken, Transfers.Plan);
        }
        catch (StorageException)
        {
            // The bytes have arrived. A failed look proves nothing about them, and the caller logs that they are not proved.
            return false;
        }
    }

    /// <summary>Returns the meter that reports the progress of a transfer to the caller.</summary>
    internal ProgressMeter? MeterFor(IProgress<TransferProgress>? progress) =>
        progress is null ? null : new ProgressMeter(progress, Time, Logger);

    /// <summary>The clock. A fake has the system's.</summary>
    internal TimeProvider Time => _context?.Operations.Time ?? TimeProvider.System;

    internal ILogger Logger => _context?.Operations.Logger ?? NullLogger.Instance;

    /// <summary>Waits for a share of the budget, until the caller cancels or the store is disposed.</summary>
    internal async ValueTask<TransferPass?> EnterAsync(long share, CancellationToken cancellationToken)
    {
        CancellationToken ending = _context?.Operations.Ending ?? CancellationToken.None;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending);
        try
        {
            return await Transfers.Budget.Gate.EnterAsync(share, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled) when (stop.IsCancellationRequested)
        {
            throw cancellationToken.IsCancellationRequested
                ? Cancellations.By(cancelled, cancellationToken)
                : _context!.Operations.Ended(cancelled);
        }
    }

    private DeleteProtocol Deletes => new(Context);

    internal PutTransfer Puts => _puts ?? throw Fakes.NotOverridden(nameof(Bucket));

    /// <summary>Whether a server can copy between two buckets. Nobody knows that of a fake.</summary>
    internal bool IsOfStoreOf(Bucket other) => _context is not null && ReferenceEquals(_context.Backend, other._context?.Backend);

    private void CheckKey(string key) => Keys.Check(key, Context.Capabilities.MaxKeyBytes);

    /// <summary>Runs checks outside of an operation. Their failures say where they happened all the same.</summary>
    private void Locate(string operation, string key, Action check)
    {
        try
        {
            check();
        }
        catch (StorageException error)
        {
            At(operation, key, error);
            throw;
        }
    }

    /// <summary>Says where a failure happened that no operation has told of.</summary>
    /// <returns>The failure itself.</returns>
    internal StorageException At(string operation, string key, StorageException error) =>
        _context is null ? error : error.At(_context.Operations.Store, _context.Backend.Provider, operation, Name, key);

    internal static WriteCondition ToCondition(bool ifAbsent, string? ifMatch, string? ifRevision)
    {
        if (ifAbsent && (ifMatch is not null || ifRevision is not null))
        {
            throw new ArgumentException(
                "IfAbsent requires that no object exists. IfMatch and IfRevision require one. Set IfAbsent alone, or leave it out.", nameof(
                    ifAbsent));
        }

        return new WriteCondition
        {
            IfAbsent = ifAbsent,
            IfMatch = EntityTags.Normalize(ifMatch),
            IfRevision = OpaqueStrings.Revision(ifRevision),
        };
    }
}
