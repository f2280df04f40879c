namespace BleepStore.Storage.Resilience.Calls;

/// <summary>Under which circumstances a call of a backend can be repeated.</summary>
internal enum CallKind
{
    /// <summary>Changes nothing, so it can always be repeated.</summary>
    Read,

    /// <summary>Has the same effect when it is repeated, also when the first attempt has taken effect.</summary>
    Write,

    /// <summary>Can be repeated only while it is known that no attempt has taken effect.</summary>
    OneTimeWrite,

    /// <summary>Sends bytes that can be read only once, so it is never repeated.</summary>
    Unrepeatable,
}
