using System.Diagnostics.CodeAnalysis;
using Azure;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>
/// Requires proof that Azure executed the request. A proxy or a portal on the way can answer 200 with its own page, which the SDK treats as
/// success.
/// </summary>
/// <remarks>
/// Source: "Put Blob", "Get Blob" and others, Azure Storage REST API. Every answer has <c>x-ms-request-id</c>, and from 2009-09-19 on
/// <c>x-ms-version</c>.
/// </remarks>
internal static class Proof
{
    private const string RequestId = "x-ms-request-id";
    private const string ETag = "ETag";
    private const string Version = "x-ms-version";

    /// <summary>Requires that the service answered.</summary>
    /// <exception cref="UnprovenAnswerException">It did not.</exception>
    public static void Require(Response answer)
    {
        if (!answer.Headers.Contains(RequestId) && !answer.Headers.Contains(Version))
        {
            Refuse(answer, "is not Azure's");
        }
    }

    /// <summary>Requires that the service answered with the ETag of a blob or a container.</summary>
    /// <exception cref="UnprovenAnswerException">It did not.</exception>
    public static Response<T> RequireETag<T>(Response<T> answer)
    {
        Response raw = answer.GetRawResponse();
        Require(raw);
        if (!raw.Headers.TryGetValue(ETag, out string? etag) || etag is "" or "\"\"")
        {
            Refuse(raw, "has no ETag");
        }

        return answer;
    }

    [DoesNotReturn]
    private static void Refuse(Response answer, string fault) => throw new UnprovenAnswerException(
        $"The answer to the request ({answer.Status}, {answer.Headers.ContentType ?? "no content type"}) {fault}. Look for a proxy or a " +
        "portal between this machine and the account.", answer.Status);
}
