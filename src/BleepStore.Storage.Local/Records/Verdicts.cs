using System.Collections.Concurrent;
using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Records;

/// <summary>
/// The results of proofs whose records could not be written, for instance because the disk is read-only. Without these results every
/// request would read such a file whole. Bounded.
/// </summary>
internal sealed class Verdicts
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<State, bool> _holds = new();

    /// <summary>
    /// Whether there are results. Every read checks it, because the dictionary's own property acquires all of its locks when the dictionary
    /// is empty.
    /// </summary>
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

    /// <returns>Whether the record of the file was proved. <see langword="null"/> when this state of the file was not read.</returns>
    public bool? Find(in FileStatus status) => _hasAny && _holds.TryGetValue(State.Of(status), out bool holds) ? holds : null;

    /// <summary>A state of a file. A change to its bytes or its record always changes the time of the last change.</summary>
    private readonly record struct State(ulong Device, ulong Inode, long Changed, long Modified, long Size)
    {
        public static State Of(in FileStatus status) => new(status.Device, status.Inode, status.Changed, status.Modified, status.Size);
    }
}
