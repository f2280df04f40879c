using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace BleepStore.Storage.Gcp.TestServer;

/// <summary>
/// A refusal, as "HTTP status and error codes for JSON" and "HTTP status and error codes for XML" (Cloud Storage documentation) list them.
/// </summary>
internal sealed class GcsError(int status, string reason, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Reason { get; } = reason;

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The size that a 416 tells.</summary>
    public long? ObjectSize { get; init; }

    /// <summary>The code of the XML API. The default is the code of the status.</summary>
    private string? Code { get; init; }

    /// <summary>The additional text of the XML API.</summary>
    private string? Details { get; init; }

    /// <summary>The service's <c>location</c>, where it names one.</summary>
    private string? Location { get; init; }

    public static GcsError Invalid(string message) => new(400, "invalid", message);

    public static GcsError Required(string message) => new(400, "required", message);

    public static GcsError NoSuchBucket() => new(404, "notFound", "The specified bucket does not exist.") { Code = "NoSuchBucket" };

    public static GcsError NoSuchObject(string bucket, string name) =>
        new(404, "notFound", $"No such object: {bucket}/{name}") { Code = "NoSuchKey" };

    public static GcsError Unpaid() =>
        new(400, "required", "Bucket is a requester pays bucket but no user project provided.") { Code = "UserProjectMissing" };

    public static GcsError Conflict(string message) => new(409, "conflict", message);

    public static GcsError ConditionNotMet() =>
        new(412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.") { Location = "If-Match" };

    /// <summary>A 304 has no body, and so no reason ("304 Not Modified").</summary>
    public static GcsError NotModified() => new(304, "notModified", "Not Modified");

    public static GcsError RangeNotSatisfiable(long size) =>
        new(416, "requestedRangeNotSatisfiable", "Request range not satisfiable") { ObjectSize = size };

    /// <summary>A refusal of the XML API alone.</summary>
    public static GcsError Xml(int status, string code, string message, string? details = null) =>
        new(status, ReasonOf(status), message) { Code = code, Details = details };

    public static GcsError AccessDenied(string details) => Xml(403, "AccessDenied", "Access denied.", details);

    public static GcsError EntityTooSmall(long length, long least) => Xml(
        400, "EntityTooSmall", "The upload is smaller than the minimum size that was signed.", $"{length} < {least}");

    public static GcsError EntityTooLarge(long length, long most) => Xml(
        400, "EntityTooLarge", "The upload is larger than the maximum size that was signed.", $"{length} > {most}");

    /// <summary>The server refuses features that it does not model, instead of ignoring them.</summary>
    public static GcsError NotModelled(string what) => new(501, "notImplemented", $"This test server does not know {what}.");

    /// <summary>The refusal that a status stands for when it is demanded.</summary>
    public static GcsError Demanded(int status, string? reason, TimeSpan? retryAfter) =>
        new(status, reason ?? ReasonOf(status), "Refused on demand.") { RetryAfter = retryAfter };

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

    /// <summary>"HTTP status and error codes for XML", Error response format.</summary>
    public XDocument ToXml() => new(
        new XDeclaration("1.0", "UTF-8", standalone: null),
        new XElement(
            "Error",
            new XElement("Code", Code ?? CodeOf(Status)),
            new XElement("Message", Message),
            Details is null ? null : new XElement("Details", Details)));

    private static string CodeOf(int status) => status switch
    {
        400 => "InvalidArgument",
        401 => "AuthenticationRequired",
        403 => "AccessDenied",
        405 => "MethodNotAllowed",
        412 => "PreconditionFailed",
        416 => "InvalidRange",
        429 => "SlowDown",
        501 => "NotImplemented",
        503 => "ServiceUnavailable",
        _ => "InternalError",
    };

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
