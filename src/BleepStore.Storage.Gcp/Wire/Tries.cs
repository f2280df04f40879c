using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>
/// How many times one call may still send its request. Several requests of one call share it, so that retries never multiply.
/// </summary>
internal sealed class Tries
{
    public int Used { get; private set; }

    /// <summary>Whether the request may be sent once more.</summary>
    /// <param name="limits">The limits of the store.</param>
    public bool AreLeft(RequestLimits limits) => Used <= (limits.Retries ?? Retries.MaxRetries);

    /// <summary>Whether one of them may have been carried out although it failed.</summary>
    public bool MayHaveLanded { get; set; }

    public void Use() => Used++;

    /// <summary>Gives back what a step of a long call has used that succeeded.</summary>
    /// <param name="used">What was used before that step.</param>
    public void Return(int used) => Used = used;
}
