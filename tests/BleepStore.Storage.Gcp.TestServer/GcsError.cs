using System.Text.Json.Nodes;

namespace BleepStore.Storage.Gcp.TestServer;

/// <summary>A refusal, as "HTTP status and error codes for JSON" (Cloud Storage JSON API) lists them.</summary>
internal sealed class GcsError(int status, string reason, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Reason { get; } = reason;

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The size that a 416 tells.</summary>
    public long? ObjectSize { get; init; }

    /// <summary>The service's <c>location</c>, where it names one.</summary>
    private string? Location { get; init; }

    public static GcsError Invalid(string message) => new(400, "invalid", message);

    public static GcsError Required(string message) => new(400, "required", message);

    public static GcsError NoSuchBucket() => new(404, "notFound", "The specified bucket does not exist.");

    public static GcsError NoSuchObject(string bucket, string name) => new(404, "notFound", $"No such object: {bucket}/{name}");

    public static GcsError Conflict(string message) => new(409, "conflict", message);

    public static GcsError ConditionNotMet() =>
        new(412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.") { Location = "If-Match" };

    /// <summary>A 304 has no body, and so no reason ("304 Not Modified").</summary>
    public static GcsError NotModified() => new(304, "notModified", "Not Modified");

    public static GcsError RangeNotSatisfiable(long size) => new(416, "requestedRangeNotSatisfiable", "Request range not satisfiable") { ObjectSize = size };

    /// <summary>The server's own: what it does not model it must not ignore.</summary>
    public static GcsError NotModelled(string what) => new(501, "notImplemented", $"This test server does not know {what}.");

    /// <summary>The refusal that a status stands for when it is demanded.</summary>
    public static GcsError Demanded(int status, string? reason, TimeSpan? retryAfter) => new(status, reason ?? ReasonOf(status), "Refused on demand.") { RetryAfter = retryAfter };

    public JsonObject ToJson()
    {
        var detail = new JsonObject { ["message"] = Message, ["domain"] = "global", ["reason"] = Reason };
        if (Location is not null)
        {
            detail["locationType"] = "header";
            detail["location"] = Location;
        }

        return new JsonObject { ["error"] = new JsonObject { ["code"] = Status, ["message"] = Message, ["errors"] = new JsonArray(detail) } };
    }

    private static string ReasonOf(int status) => status switch
    {
        401 => "authError",
        403 => "forbidden",
        404 => "notFound",
        408 => "uploadBrokenConnection",
        409 => "conflict",
        410 => "gone",
        412 => "conditionNotMet",
        429 => "rateLimitExceeded",
        500 or 502 or 503 or 504 => "backendError",
        _ => "invalid",
    };
}
