namespace BleepStore.Storage.Gcp.Wire;

/// <summary>An answer, and when the service gave it.</summary>
/// <param name="Document">The document.</param>
/// <param name="Date">
/// The header <c>Date</c> of the same answer, in whole seconds. It is compared with timestamps of the document only, because the clock of
/// this machine may differ. <see langword="null"/> when the answer has none.
/// </param>
internal sealed record Dated<T>(T Document, DateTimeOffset? Date)
{
    /// <summary>
    /// The insignificant difference between the two times. They have whole seconds, and a proxy may have written the header.
    /// </summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    /// <summary>The age of something in the document, by the service's clock.</summary>
    /// <returns><see langword="null"/> when the answer has no date.</returns>
    public TimeSpan? AgeOf(DateTimeOffset? timestamp) => Date - timestamp;
}
