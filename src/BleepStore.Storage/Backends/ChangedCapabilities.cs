namespace BleepStore.Storage.Backends;

/// <summary>The capabilities of a decorator, computed once from those of the inner backend. Thread-safe.</summary>
/// <param name="change">Removes the capabilities that the decorator does not have.</param>
internal sealed class ChangedCapabilities(Func<StorageCapabilities, StorageCapabilities> change)
{
    private Pair? _last;

    /// <summary>The capabilities of the decorator. The same instance as long as <paramref name="inner"/> is the same.</summary>
    /// <param name="inner">The capabilities of the backend underneath.</param>
    public StorageCapabilities Of(StorageCapabilities inner)
    {
        Pair? last = Volatile.Read(ref _last);
        if (last is null || !ReferenceEquals(last.Inner, inner))
        {
            last = new Pair(inner, change(inner));
            Volatile.Write(ref _last, last);
        }

        return last.Own;
    }

    private sealed record Pair(StorageCapabilities Inner, StorageCapabilities Own);
}
