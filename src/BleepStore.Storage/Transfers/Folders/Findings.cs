namespace BleepStore.Storage.Transfers.Folders;

/// <summary>Collects the skipped names and the failures. Thread-safe.</summary>
internal sealed class Findings
{
    /// <summary>After so many failures the rest would most likely fail too.</summary>
    public const int MostFailures = 1000;

    private readonly Lock _lock = new();
    private readonly List<SkippedName> _skipped = [];
    private readonly List<FolderFailure> _failures = [];

    public bool HasFailures
    {
        get
        {
            lock (_lock)
            {
                return _failures.Count > 0;
            }
        }
    }

    /// <summary>Whether so much failed that the rest would most likely fail too.</summary>
    public bool AreTooMany
    {
        get
        {
            lock (_lock)
            {
                return _failures.Count >= MostFailures;
            }
        }
    }

    public void Skip(string name, SkipReason reason)
    {
        lock (_lock)
        {
            _skipped.Add(new SkippedName { Name = name, Reason = reason });
        }
    }

    public void Fail(string name, Exception error)
    {
        lock (_lock)
        {
            _failures.Add(new FolderFailure { Name = name, Error = error });
        }
    }

    /// <summary>Adds earlier findings.</summary>
    public void Add(IEnumerable<SkippedName> skipped, IEnumerable<FolderFailure> failures)
    {
        lock (_lock)
        {
            _skipped.AddRange(skipped);
            _failures.AddRange(failures);
        }
    }

    public IReadOnlyList<SkippedName> Skipped()
    {
        lock (_lock)
        {
            return [.. _skipped.OrderBy(static skipped => skipped.Name, StringComparer.Ordinal)];
        }
    }

    public IReadOnlyList<FolderFailure> Failures()
    {
        lock (_lock)
        {
            return [.. _failures.OrderBy(static failure => failure.Name, StringComparer.Ordinal)];
        }
    }
}
