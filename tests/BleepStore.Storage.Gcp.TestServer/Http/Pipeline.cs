using BleepStore.Storage.Gcp.TestServer.Faults;
using BleepStore.Storage.Gcp.TestServer.Operations;
using BleepStore.Storage.Gcp.TestServer.Signing;
using BleepStore.Storage.Gcp.TestServer.State;
using Microsoft.AspNetCore.Http;

namespace BleepStore.Storage.Gcp.TestServer.Http;

/// <summary>Handles every request. It logs the request, applies a fault, authorizes, executes, and writes the refusal.</summary>
internal sealed class Pipeline(
    GcsServerOptions options, Project project, RequestLog log, FaultPlan faults, SignedUrl signedUrls, PostPolicy policies)
{
    /// <summary>Under which the record of a request is kept while it is served.</summary>
    public static readonly object Record = new();

    private const string Bearer = "Bearer ";

    private readonly Router _router = new(
        new BucketOperations(options, project),
        new ObjectOperations(project),
        new ListOperation(options, project),
        new ComposeOperation(project),
        new CopyOperations(options, project),
        new UploadOperations(project),
        new ResumableOperations(project),
        new XmlObjectOperations(project, signedUrls),
        new FormOperation(project, policies));

    public async Task AnswerAsync(HttpContext http)
    {
        http.Response.Headers["X-GUploader-UploadID"] = Guid.NewGuid().ToString("N");
        var request = default(GcsRequest);
        var route = default(Route);
        GcsError? refusal = null;
        try
        {
            request = new GcsRequest(http);
            route = _router.Resolve(request);
        }
        catch (GcsError error)
        {
            refusal = error;
        }

        RequestRecord record = Note(http, request, route);
        http.Items[Record] = record;
        Fault? fault = faults.Judge(record);
        if (fault?.Kind == FaultKind.Cut)
        {
            http.Abort();
            return;
        }

        Stream answer = http.Response.Body;
        var kept = new MemoryStream();
        http.Response.Body = fault is { Kind: FaultKind.CutAfter or FaultKind.RefuseAfter or FaultKind.CutBody or FaultKind.StallBody }
            ? kept
            : answer;
        try
        {
            refusal ??= fault?.Kind == FaultKind.Refuse
                ? GcsError.Demanded(fault.Status, fault.Reason, fault.RetryAfter)
                : Unauthorized(http, route) ?? Unpaid(request, route);
            await RunAsync(http, request, route, refusal);
            record.Status = http.Response.StatusCode;
            if (fault?.Kind == FaultKind.CutBody)
            {
                http.Response.Body = answer;
                await CutAnswer.SendAsync(http, kept.ToArray(), fault.BodyBytes);
                http.Abort();
                return;
            }

            if (fault?.Kind == FaultKind.StallBody)
            {
                await answer.WriteAsync(kept.ToArray().AsMemory(0, (int)fault.BodyBytes), http.RequestAborted);
                await answer.FlushAsync(http.RequestAborted);
                await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or BadHttpRequestException)
        {
            // The client disconnected, or the connection was cut on demand, so no answer is possible.
            http.Abort();
            return;
        }

        if (fault?.Kind == FaultKind.CutAfter)
        {
            record.Status = 0;
            http.Abort();
        }
        else if (fault?.Kind == FaultKind.RefuseAfter)
        {
            http.Response.Body = answer;
            record.Status = fault.Status;
            await Answer.ErrorAsync(http, GcsError.Demanded(fault.Status, fault.Reason, fault.RetryAfter), route);
        }
    }

    private static async Task RunAsync(HttpContext http, GcsRequest? request, Route? route, GcsError? refusal)
    {
        try
        {
            if (refusal is not null)
            {
                // Unread, the body would keep the connection from being used again.
                await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
                throw refusal;
            }

            await route!.RunAsync(request!);
        }
        catch (GcsError error)
        {
            await Answer.ErrorAsync(http, error, route);
        }
    }

    private RequestRecord Note(HttpContext http, GcsRequest? request, Route? route) => log.Add(number => new RequestRecord(
        number,
        http.Request.Protocol,
        route?.Operation ?? $"{http.Request.Method} {http.Request.Path}",
        route?.Bucket,
        route?.Name,
        request?.Query ?? new Dictionary<string, string>(StringComparer.Ordinal),
        http.Request.Headers.ToDictionary(
            static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));

    /// <summary>The parameter is required ("Requester Pays" and "HTTP status and error codes for JSON", 400).</summary>
    private GcsError? Unpaid(GcsRequest? request, Route? route)
    {
        lock (project.Lock)
        {
            return route?.Bucket is { } bucket && request?["userProject"] is null && project.FindBucket(bucket)?.IsRequesterPays == true
                ? GcsError.Unpaid()
                : null;
        }
    }

    /// <summary>
    /// A missing header is <c>required</c>, and another token <c>authError</c> ("HTTP status and error codes for JSON", 401).
    /// </summary>
    private GcsError? Unauthorized(HttpContext http, Route? route)
    {
        if (options is { AccessToken: null, AcceptsToken: null } || route?.IsXml == true)
        {
            return null;
        }

        string given = http.Request.Headers.Authorization.ToString();
        if (given.Length == 0)
        {
            return new GcsError(401, "required", "Anonymous caller does not have access. Login Required.");
        }

        string token = given.StartsWith(Bearer, StringComparison.Ordinal) ? given[Bearer.Length..] : "";
        bool isKnown = token.Length > 0 && (token == options.AccessToken || options.AcceptsToken?.Invoke(token) == true);
        return isKnown ? null : new GcsError(401, "authError", "Invalid Credentials");
    }
}
