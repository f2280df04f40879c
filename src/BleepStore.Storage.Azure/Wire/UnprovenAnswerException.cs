namespace BleepStore.Storage.Azure.Wire;

/// <summary>An answer that looks like success and proves nothing. Leaves the backend as a <see cref="StorageException"/>.</summary>
/// <param name="message">The missing proof.</param>
/// <param name="status">The HTTP status.</param>
/// <param name="cause">The SDK's result for the answer.</param>
internal sealed class UnprovenAnswerException(string message, int? status, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The HTTP status, where it is known.</summary>
    public int? Status => status;
}
