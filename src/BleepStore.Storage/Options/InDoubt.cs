namespace BleepStore.Storage;

/// <summary>
/// The treatment of an object of the right size whose bytes cannot be compared. Its ETag does not follow from its bytes in a known way,
/// because another tool wrote it or it is a copy.
/// </summary>
public enum InDoubt
{
    /// <summary>Transfer it again.</summary>
    Transfer,

    /// <summary>Leave it unchanged, and count it.</summary>
    Skip,

    /// <summary>Report it as a failure, and leave it unchanged.</summary>
    Fail,
}
