namespace BleepStore.Storage.Gcp.TestServer.Faults;

/// <summary>One thing that goes wrong.</summary>
/// <param name="Kind">The kind.</param>
public sealed record Fault(FaultKind Kind)
{
    /// <summary>The status of an answer that is a refusal. The default is 503.</summary>
    public int Status { get; init; } = 503;

    /// <summary>The <c>reason</c> of a refusal. The default is that of the status ("HTTP status and error codes for JSON").</summary>
    public string? Reason { get; init; }

    /// <summary>The value of <c>Retry-After</c>. By default there is no such header.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How many bytes of the body get through before it is cut or stalls. The default is 0.</summary>
    public long BodyBytes { get; init; }

    /// <summary>A fault that refuses with a status and does nothing.</summary>
    public static Fault Refusing(int status, TimeSpan? retryAfter = null) =>
        new(FaultKind.Refuse) { Status = status, RetryAfter = retryAfter };
}
