namespace BleepStore.Storage.Local.Crasher;

/// <summary>The store broke a promise.</summary>
public sealed class CrashTestException : Exception
{
    public CrashTestException()
    {
    }

    public CrashTestException(string message)
        : base(message)
    {
    }

    public CrashTestException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
