namespace BleepStore.Storage.Gcp.Wire;

/// <summary>Whether a request may be resent after a failure of unknown outcome.</summary>
/// <remarks>
/// Source: "Retry strategy", Cloud Storage documentation, and the public retry conformance tests of Google's client libraries.
/// </remarks>
internal enum Repeats
{
    /// <summary>A read. It changes nothing.</summary>
    Read,

    /// <summary>
    /// A write that can be repeated. It names a generation or metageneration, or a name that no other call writes, or it creates or deletes
    /// an upstream bucket.
    /// </summary>
    Harmless,

    /// <summary>A write without a condition on a user's key. It is sent again only when the first try certainly did nothing.</summary>
    Once,
}
