namespace BleepStore.Storage.Backends;

/// <summary>The conditions on a key at the moment of a write. The default always holds. Several conditions must all hold.</summary>
public readonly record struct WriteCondition
{
    /// <summary>There is an object and it has this ETag (no quotes). Only where <see cref="StorageCapabilities.ComparesETags"/>.</summary>
    public string? IfMatch { get; init; }

    /// <summary>There is an object and it is this revision.</summary>
    public string? IfRevision { get; init; }

    /// <summary>Requires that no object exists (<c>If-None-Match: *</c>).</summary>
    public bool IfAbsent { get; init; }

    /// <summary>Whether nothing is asked.</summary>
    public bool IsNone => IfMatch is null && IfRevision is null && !IfAbsent;

    /// <summary>Tests the condition against the current object, for backends that lock the key while they write.</summary>
    /// <param name="current">The current object, or <see langword="null"/>.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.PreconditionFailed"/> when the condition does not hold.</exception>
    public void ThrowIfNotMet(ObjectProperties? current)
    {
        if (IfAbsent && current is not null)
        {
            throw new StorageException(
                StorageErrorCode.PreconditionFailed, "The object already exists. To replace it, leave out IfAbsent.");
        }

        if (IfMatch is not null && (current is null || (IfMatch != "*" && current.ETag != IfMatch)))
        {
            throw new StorageException(StorageErrorCode.PreconditionFailed, Describe("ETag", IfMatch, current?.ETag));
        }

        if (IfRevision is not null && current?.Revision != IfRevision)
        {
            throw new StorageException(StorageErrorCode.PreconditionFailed, Describe("revision", IfRevision, current?.Revision));
        }
    }

    private static string Describe(string what, string wanted, string? found) => found is null
        ? $"The object does not exist, but the condition requires the {what} {wanted}."
        : $"The object's {what} is {found}, not {wanted}. Read it again, then decide.";
}
