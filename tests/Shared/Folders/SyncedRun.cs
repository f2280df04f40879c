namespace BleepStore.Storage.Tests.Shared.Folders;

/// <summary>One run of a <see cref="SyncedTree"/>.</summary>
/// <param name="Report">The report of the library.</param>
/// <param name="Requests">The calls of the backend, by kind.</param>
/// <param name="Written">The keys that were written, in order.</param>
internal sealed record SyncedRun(FolderReport Report, IReadOnlyList<string> Requests, string[] Written)
{
    /// <summary>How many requests of a kind reached the backend.</summary>
    public int Count(string kind) => Requests.Count(request => request == kind);

    public override string ToString() =>
        $"{string.Join(", ", Requests.CountBy(static request => request).Select(static kind => $"{kind.Value} {kind.Key}"))}; " +
        $"{Report.InDoubt} in doubt";
}
