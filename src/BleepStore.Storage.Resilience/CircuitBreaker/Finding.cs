namespace BleepStore.Storage.Resilience.CircuitBreaker;

/// <summary>The conclusion about the upstream from the end of a call.</summary>
internal enum Finding
{
    /// <summary>The call ended here, so it says nothing.</summary>
    Nothing,

    /// <summary>The upstream has answered.</summary>
    Answer,

    /// <summary>The upstream has failed for a moment, or has not answered.</summary>
    Failure,
}
