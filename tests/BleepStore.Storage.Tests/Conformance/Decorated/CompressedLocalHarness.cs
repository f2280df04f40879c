using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

/// <summary>A disk behind a decorator that compresses.</summary>
public sealed class CompressedLocalHarness() : CompressedHarness(isOnDisk: true)
{
    /// <summary>A disk reports a condition that does not hold, or a range that is not there, before the decorator refuses the range.</summary>
    private static readonly string[] ReportedBefore =
    [
        "Conditions.PreconditionFailed_goes_before_NotModified(Range)",
        "Range.Several_ranges_fail_as_one_does",
    ];

    public override IReadOnlyList<Difference> Differences { get; } =
        [.. AllDifferences.Where(static difference => !ReportedBefore.Contains(difference.Test))];
}
