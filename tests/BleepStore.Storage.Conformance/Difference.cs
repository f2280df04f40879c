namespace BleepStore.Storage.Conformance;

/// <summary>
/// One behaviour of the contract that a backend cannot keep, and why. The suite prints it, still runs the test, and expects it to fail:
/// a difference that no longer differs fails, so that declarations do not outlive their reason.
/// </summary>
/// <param name="Test">The test, as <c>Area.Method</c> (<c>Copy.Keeps_the_attributes</c>), or one case of it:
/// <c>Keys.Round_trips(backslash)</c>.</param>
/// <param name="Reason">Why the upstream cannot do it, in one sentence for users.</param>
/// <param name="Answer">What the backend answers instead, e.g. <see cref="StorageErrorCode.NotSupported"/>; <see langword="null"/> when it
/// succeeds with another outcome.</param>
public sealed record Difference(string Test, string Reason, StorageErrorCode? Answer = null)
{
    /// <summary>
    /// Whether it shows only now and then, as a race of the upstream's does: then the test may also pass. Default: <see langword="false"/>.
    /// </summary>
    public bool IsOccasional { get; init; }
}
