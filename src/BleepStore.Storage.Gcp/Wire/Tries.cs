using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>How many times one call may still send its request. Several requests of one call share it, so retries never multiply.</summary>
internal sealed class Tries
{
    public int Used { get; private set; }

    /// <summary>Whether the request may be sent once more.</summary>
    /// <param name="limits">The limits of the store.</param>
    public bool AreLeft(RequestLimits limits) => Used <= (limits.Retries ?? Retries.MaxRetries);

    /// <summary>Whether one of them may have been carried out although it failed.</summary>
    public bool MayHaveLanded { get; set; }

    public void Use() => Used++;

    /// <summary>Returns the attempts of a successful step of a long call.</summary>
    /// <param name="used">The number of used attempts before that step.</param>
    public void Return(int used) => Used = used;
}
