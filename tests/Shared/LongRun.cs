namespace BleepStore.Storage.Tests.Shared;

/// <summary>Proofs that repeat something many times. A test run repeats it a little; <c>.ci/long</c> repeats it in full.</summary>
internal static class LongRun
{
    /// <summary>The category of these tests, by which <c>.ci/long</c> finds them.</summary>
    public const string Category = "Long";

    private const string Variable = "BLEEPSTORE_LONG";

    /// <summary>Whether this run repeats in full. Nothing else runs beside it then, so that times can be compared.</summary>
    public static bool IsFull => string.Equals(Environment.GetEnvironmentVariable(Variable), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>How often a proof is repeated in this run.</summary>
    /// <param name="small">The count of an ordinary test run.</param>
    /// <param name="full">The count of <c>.ci/long</c>.</param>
    public static int Count(int small, int full) => IsFull ? full : small;
}
