namespace BleepStore.Storage.Resilience.Calls;

/// <summary>One call of a backend.</summary>
/// <param name="Operation">The name of the call, for logs and messages.</param>
/// <param name="Kind">When the call can be repeated.</param>
internal readonly record struct BackendCall(string Operation, CallKind Kind)
{
    /// <summary>A call that changes nothing.</summary>
    /// <param name="operation">The name of the call.</param>
    public static BackendCall Read(string operation) => new(operation, CallKind.Read);

    /// <summary>A call whose repetition does no harm.</summary>
    /// <param name="operation">The name of the call.</param>
    public static BackendCall Write(string operation) => new(operation, CallKind.Write);

    /// <summary>A call that sends a body.</summary>
    /// <param name="operation">The name of the call.</param>
    /// <param name="canReplay">Whether the body can be sent again.</param>
    /// <param name="isOneTime">Whether the call must not take effect twice.</param>
    public static BackendCall Sending(string operation, bool canReplay, bool isOneTime = false) =>
        new(operation, !canReplay ? CallKind.Unrepeatable : isOneTime ? CallKind.OneTimeWrite : CallKind.Write);
}
