using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Aws.Conditions;

/// <summary>
/// The conditions that the server honours. Amazon's S3 honours all. Another server is tried once per store and kind of request, before a
/// condition is first sent. Many servers accept the header and still write.
/// </summary>
internal sealed class ConditionSupport(AwsCompatibility compatibility, ConditionProbe probe) : IDisposable
{
    private readonly ServerConditions?[] _known = new ServerConditions?[Enum.GetValues<ConditionKind>().Length];
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Returns the conditions that the server honours.</summary>
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

    /// <summary>Formats a condition's revision as the server expects it.</summary>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NotSupported"/> when the server would ignore the condition.
    /// </exception>
    public async ValueTask<string?> SpellAsync(
        ConditionKind kind, WriteCondition condition, string bucket, CancellationToken cancellationToken)
    {
        if (condition.IsNone)
        {
            return null;
        }

        if (condition is { IfAbsent: true, IfRevision: not null })
        {
            throw new StorageException(
                StorageErrorCode.PreconditionFailed, "A write cannot require both no object and an object of a revision.");
        }

        ServerConditions found = await FindAsync(kind, bucket, cancellationToken).ConfigureAwait(false);
        if (condition.IfAbsent ? !found.IfAbsent : !found.IfMatch)
        {
            string header = condition.IfAbsent ? "If-None-Match" : "If-Match";
            throw new StorageException(
                StorageErrorCode.NotSupported,
                $"A trial has shown that the server ignores {header} on this kind of write ({kind}). Without it the write could replace " +
                "the write of another client.");
        }

        return condition.IfRevision is { } revision && found.IsQuoted ? AwsProperties.Quoted(revision) : condition.IfRevision;
    }

    public void Dispose() => _one.Dispose();
}
