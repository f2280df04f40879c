using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Aws.Conditions;

/// <summary>
/// Which conditions the server honours. Amazon's keeps all; of another it is tried, once per store and kind of request, when a condition is
/// first to be sent: many servers take the header and write all the same.
/// </summary>
internal sealed class ConditionSupport(AwsCompatibility compatibility, ConditionProbe probe) : IDisposable
{
    private readonly ServerConditions?[] _known = new ServerConditions?[Enum.GetValues<ConditionKind>().Length];
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>What the server honours.</summary>
    /// <param name="kind">The kind of request.</param>
    /// <param name="bucket">An upstream bucket in which a small internal object can be written and deleted.</param>
    /// <param name="cancellationToken">Stops the trial.</param>
    public async ValueTask<ServerConditions> FindAsync(ConditionKind kind, string bucket, CancellationToken cancellationToken)
    {
        if (compatibility == AwsCompatibility.Aws)
        {
            return ServerConditions.All;
        }

        if (Volatile.Read(ref _known[(int)kind]) is { } known)
        {
            return known;
        }

        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ServerConditions found = _known[(int)kind] ?? await probe.RunAsync(kind, bucket, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _known[(int)kind], found);
            return found;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Spells a condition's revision as the server wants it.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.NotSupported"/>: the server would write whatever is
    /// there.</exception>
    public async ValueTask<string?> SpellAsync(ConditionKind kind, WriteCondition condition, string bucket, CancellationToken cancellationToken)
    {
        if (condition.IsNone)
        {
            return null;
        }

        if (condition is { IfAbsent: true, IfRevision: not null })
        {
            throw new StorageException(StorageErrorCode.PreconditionFailed, "There cannot be no object and one of a revision at the same time.");
        }

        ServerConditions found = await FindAsync(kind, bucket, cancellationToken).ConfigureAwait(false);
        if (condition.IfAbsent ? !found.IfAbsent : !found.IfMatch)
        {
            string header = condition.IfAbsent ? "If-None-Match" : "If-Match";
            throw new StorageException(StorageErrorCode.NotSupported, $"The server does not look at {header} on this kind of write ({kind}): it was tried. Without it the write could replace what others wrote.");
        }

        return condition.IfRevision is { } revision && found.IsQuoted ? AwsProperties.Quoted(revision) : condition.IfRevision;
    }

    public void Dispose() => _one.Dispose();
}
