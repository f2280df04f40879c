using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace BleepStore.Storage.AspNetCore.Problems;

/// <summary>Answers failures of a store with problem details (RFC 9457).</summary>
internal static class StorageProblems
{
    private const string Code = "code";
    private const string OutcomeUnknown = "outcomeUnknown";

    /// <summary>How long a client waits before it tries again, where the upstream did not say.</summary>
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(5);

    /// <summary>Writes the answer to a request whose answer has not started.</summary>
    public static Task WriteAsync(HttpContext context, StorageException error)
    {
        bool isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        StorageProblem problem = isRead ? StorageProblem.OfRead(error.Code) : StorageProblem.Of(error.Code);
        IHeaderDictionary headers = context.Response.Headers;
        if (problem.Status == StatusCodes.Status304NotModified)
        {
            context.Response.StatusCode = problem.Status;
            return Task.CompletedTask;
        }

        if (error is { Code: StorageErrorCode.InvalidRange, ObjectSize: { } size })
        {
            headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{size}");
        }

        if (error.IsTransient)
        {
            headers.RetryAfter = Math.Ceiling((error.RetryAfter ?? DefaultWait).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        var details = new ProblemDetails { Status = problem.Status, Detail = problem.Detail };
        details.Extensions[Code] = error.Code.ToString();
        if (error.IsOutcomeUnknown)
        {
            details.Extensions[OutcomeUnknown] = true;
        }

        return TypedResults.Problem(details).ExecuteAsync(context);
    }

    /// <summary>Writes the answer to a request that the server or this package refused.</summary>
    public static Task WriteAsync(HttpContext context, BadHttpRequestException error)
    {
        bool isTooLarge = error.StatusCode == StatusCodes.Status413PayloadTooLarge;
        var details = new ProblemDetails { Status = error.StatusCode, Detail = isTooLarge ? "The request is too large." : error.Message };
        if (isTooLarge)
        {
            details.Extensions[Code] = nameof(StorageErrorCode.EntityTooLarge);
        }

        return TypedResults.Problem(details).ExecuteAsync(context);
    }
}
