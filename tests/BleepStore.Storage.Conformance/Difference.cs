namespace BleepStore.Storage.Conformance;

/// <summary>
/// One behaviour of the contract that a backend cannot keep, and why. The suite prints it, still runs the test, and expects it to fail. A
/// difference that no longer exists fails, so outdated declarations are found.
/// </summary>
/// <param name="Test">
/// The test, as <c>Area.Method</c> (<c>Copy.Keeps_the_attributes</c>), or one case of it (<c>Keys.Round_trips(backslash)</c>).
/// </param>
/// <param name="Reason">Why the upstream cannot do it, in one sentence for users.</param>
/// <param name="Answer">
/// The answer of the backend instead, e.g. <see cref="StorageErrorCode.NotSupported"/>. It is <see langword="null"/> when the call succeeds
/// with another outcome.
/// </param>
public sealed record Difference(string Test, string Reason, StorageErrorCode? Answer = null)
{
    /// <summary>
    /// Whether it occurs only sometimes, as with a race of the upstream. Then the test may also pass. The default is
    /// <see langword="false"/>.
    /// </summary>
    public bool IsOccasional { get; init; }
}
