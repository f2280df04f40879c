namespace BleepStore.Storage.Gcp.TestServer.Faults;

/// <summary>The kind of fault of a request.</summary>
public enum FaultKind
{
    /// <summary>It is refused with a status, and not carried out.</summary>
    Refuse = 0,

    /// <summary>It is carried out, and then answered with a status as if it had not been.</summary>
    RefuseAfter,

    /// <summary>The connection is cut, and it is not carried out.</summary>
    Cut,

    /// <summary>It is carried out, and the connection is cut in place of an answer.</summary>
    CutAfter,

    /// <summary>It is carried out, and the connection is ended in the middle of the answer's body.</summary>
    CutBody,

    /// <summary>It is carried out, and no more of the answer's body comes until the client gives up.</summary>
    StallBody,
}
