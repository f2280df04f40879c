using System.Collections.Concurrent;
using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Records;

/// <summary>
/// What proofs have found about files whose records could not be written anew, because the disk is read-only for instance. Without it every
/// request would read such a file whole. Bounded.
/// </summary>
internal sealed class Verdicts
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<State, bool> _holds = new();

    /// <summary>Looked at by every read. The dictionary's own property takes all of its locks when it is empty.</summary>
    private volatile bool _hasAny;

    public void Add(in FileStatus status, bool holds)
    {
        if (_holds.Count >= Most)
        {
            _holds.Clear();
        }

        _holds[State.Of(status)] = holds;
        _hasAny = true;
    }

    /// <returns>Whether the record of the file was found true. <see langword="null"/> when the file, as it is, was not read.</returns>
    public bool? Find(in FileStatus status) => _hasAny && _holds.TryGetValue(State.Of(status), out bool holds) ? holds : null;

    /// <summary>A file as it was. Whoever changes its bytes or its record changes the time of the last change.</summary>
    private readonly record struct State(ulong Device, ulong Inode, long Changed, long Modified, long Size)
    {
        public static State Of(in FileStatus status) => new(status.Device, status.Inode, status.Changed, status.Modified, status.Size);
    }
}
