using BleepStore.Storage.Resilience.Calls;

namespace BleepStore.Storage.Resilience.Retry;

/// <summary>The state of one call while it is repeated.</summary>
/// <param name="call">The call.</param>
/// <param name="started">When the call began, as a timestamp of the clock.</param>
internal sealed class RetriedCall(BackendCall call, long started)
{
    public BackendCall Call => call;

    public long Started => started;

    /// <summary>Whether an attempt that failed may have taken effect.</summary>
    public bool MayHaveLanded { get; set; }

    /// <summary>Whether nothing more must be sent.</summary>
    public bool IsHandedUp { get; set; }

    /// <summary>How often the call was repeated.</summary>
    public int Repetitions { get; set; }

    /// <summary>How long to wait before the next attempt.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>The failure of unknown outcome that came last.</summary>
    public StorageException? Unknown { get; set; }
}
