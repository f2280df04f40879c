namespace BleepStore.Storage.Resilience.CircuitBreaker;

/// <summary>What the end of a call says about the upstream.</summary>
internal enum Finding
{
    /// <summary>The call ended here, so it says nothing.</summary>
    Nothing,

    /// <summary>The upstream has answered.</summary>
    Answer,

    /// <summary>The upstream has failed for a moment, or has not answered.</summary>
    Failure,
}
