namespace BleepStore.Storage.Engine.Sources;

/// <summary>The ways in which a source can fail its reader.</summary>
internal static class IncompleteBody
{
    public static StorageException OtherLength(long declared, long actual) => Create(
        $"The source was declared to have {declared} bytes but has {actual}. Nothing was stored. Correct " +
        $"{nameof(PutOptions.ContentLength)}.");

    public static StorageException TooShort(long declared, long actual) => Create(
        $"The source was declared to have {declared} bytes but has {actual} after its position. Nothing was stored. "
        + $"Correct {nameof(PutOptions.ContentLength)} or the position.");

    public static StorageException Short(long declared, long actual) => Create(
        $"The source ended after {actual} of {declared} bytes. Nothing was stored. Put it again when it is complete.");

    public static StorageException Long(long declared) => Create(
        $"The source continues after its declared {declared} bytes. Nothing was stored. "
        + $"Correct {nameof(PutOptions.ContentLength)}.");

    public static StorageException Grown(long length) => Create(
        $"The source had {length} bytes when the operation began, but continues after them. Nothing was stored. "
        + $"Set {nameof(PutOptions.ContentLength)} to store the first bytes of a source that grows.");

    public static StorageException Changed(string path) => Create(
        $"The file '{path}' was written while it was uploaded. Nothing was stored. Put it again when no program writes to it.");

    public static StorageException Failed(long offset, Exception cause) =>
        Create($"The source failed after {offset} bytes: {cause.Message} Nothing was stored.", cause);

    /// <summary>Checks the result of a read of a source. A wrong count would store other bytes than the source has.</summary>
    /// <param name="count">The result of the read.</param>
    /// <param name="asked">The requested number of bytes.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.IncompleteBody"/> when the result is impossible.</exception>
    public static int RequirePossible(int count, int asked) => (uint)count <= (uint)asked ? count : throw Create(
        $"A read of the source returned {count} when asked for {asked} bytes. Nothing was stored. Correct the stream's read methods.");

    private static StorageException Create(string reason, Exception? cause = null) => new(StorageErrorCode.IncompleteBody, reason, cause);
}
