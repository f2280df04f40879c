namespace BleepStore.Storage;

/// <summary>
/// What to do with an object of the right size whose bytes cannot be compared, because another tool wrote it or it is a copy, and its ETag
/// does not follow from its bytes in a known way.
/// </summary>
public enum InDoubt
{
    /// <summary>Transfer it again.</summary>
    Transfer,

    /// <summary>Leave it as it is, and count it.</summary>
    Skip,

    /// <summary>Report it as a failure, and leave it as it is.</summary>
    Fail,
}
