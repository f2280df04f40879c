namespace BleepStore.Storage.Decorators.Encryption;

/// <summary>
/// The headers of objects that were read recently, so a range of such an object needs one request. A header is used only for the revision
/// that it was read from. Bounded, thread-safe.
/// </summary>
internal sealed class KnownObjects
{
    /// <summary>How many objects are remembered, of a little more than 1 KiB each.</summary>
    public const int Slots = 256;

    private readonly KnownObject?[] _slots = new KnownObject?[Slots];

    /// <summary>Finds an object.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="revision">The wanted revision. <see langword="null"/> accepts any.</param>
    public KnownObject? Find(ObjectAddress address, string? revision) =>
        Volatile.Read(ref Slot(address)) is { } known && known.Address == address && (revision ?? known.Revision) == known.Revision
            ? known
            : null;

    public void Add(KnownObject known) => Volatile.Write(ref Slot(known.Address), known);

    /// <summary>Forgets an object that is another one by now.</summary>
    public void Remove(KnownObject known) => Interlocked.CompareExchange(ref Slot(known.Address), null, known);

    private ref KnownObject? Slot(ObjectAddress address) => ref _slots[(uint)address.GetHashCode() % Slots];
}
