namespace BleepStore.Storage.Tests.Shared.Network;

/// <summary>The requests that a <see cref="CuttingProxy"/> cuts, and their number.</summary>
/// <param name="matches">Looks at a request's method and target (path and query).</param>
/// <param name="times">How many requests are cut.</param>
/// <param name="moment">When.</param>
/// <param name="kind">How.</param>
internal sealed class CutRule(Func<string, string, bool> matches, int times, CutMoment moment, CutKind kind)
{
    private int _taken;

    public CutMoment Moment => moment;

    public CutKind Kind => kind;

    /// <summary>How many requests were cut.</summary>
    public int Cuts => Math.Min(times, Volatile.Read(ref _taken));

    /// <summary>Whether this request is one to cut; each such call counts.</summary>
    public bool Takes(string method, string target) => matches(method, target) && Interlocked.Increment(ref _taken) <= times;
}
