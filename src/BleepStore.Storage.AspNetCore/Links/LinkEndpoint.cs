using BleepStore.Storage.AspNetCore.Downloads;
using BleepStore.Storage.AspNetCore.Problems;
using BleepStore.Storage.AspNetCore.Requests;
using BleepStore.Storage.AspNetCore.Uploads;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace BleepStore.Storage.AspNetCore.Links;

/// <summary>Serves the links that a store has signed.</summary>
internal sealed class LinkEndpoint(Func<HttpContext, ObjectStore> store, ObjectLinkOptions options)
{
    private const string BucketParameter = "bucket";

    public static string[] Methods { get; } = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Put, HttpMethods.Delete];

    public static string PatternUnder(string pattern) => ObjectEndpoint.PatternUnder($"{pattern.TrimEnd('/')}/{{{BucketParameter}}}");

    public async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await RunAsync(context).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected, so no answer is needed.
        }
        catch (StorageException error) when (!context.Response.HasStarted)
        {
            await StorageProblems.WriteAsync(context, error).ConfigureAwait(false);
        }
        catch (BadHttpRequestException error) when (!context.Response.HasStarted)
        {
            await StorageProblems.WriteAsync(context, error).ConfigureAwait(false);
        }
    }

    /// <summary>Names are read one by one, because a name that is there twice must not pass for one.</summary>
    private static List<KeyValuePair<string, string>> QueryOf(HttpRequest request)
    {
        var query = new List<KeyValuePair<string, string>>();
        foreach (QueryStringEnumerable.EncodedNameValuePair pair in new QueryStringEnumerable(request.QueryString.Value))
        {
            query.Add(KeyValuePair.Create(pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
        }

        return query;
    }

    /// <summary>Refuses a request with other headers than the link binds, before anything is read.</summary>
    private static void RequireHeaders(HttpRequest request, PresignOptions bound)
    {
        string? other =
            bound.ContentType is { } type && request.Headers.ContentType != type ? HeaderNames.ContentType
            : bound.ContentLength is { } length && request.ContentLength != length ? HeaderNames.ContentLength
            : bound.ContentMd5 is { } md5 && request.Headers.ContentMD5 != Convert.ToBase64String(md5.Span) ? HeaderNames.ContentMD5
            : null;
        if (other is not null)
        {
            throw new StorageException(
                StorageErrorCode.AccessDenied,
                $"The link is for another value of the header {other}. Send the headers of {nameof(PresignedUrl.RequiredHeaders)}.");
        }
    }

    /// <summary>Returns what the link allows. The answer to a refused link has no reason, so the reason is logged.</summary>
    private static SignedLink Verify(HttpContext context, ObjectStore links)
    {
        string bucket = context.GetRouteValue(BucketParameter) as string ?? "";
        try
        {
            SignedLink link = links.VerifyLink(context.Request.Method, bucket, RequestKey.Of(context), QueryOf(context.Request));
            if (link.Method == PresignMethod.Put)
            {
                RequireHeaders(context.Request, link.Options);
            }

            return link;
        }
        catch (StorageException refused)
        {
            Log.LinkRefused(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(Log.Category), refused.Message);
            throw;
        }
    }

    private async Task RunAsync(HttpContext context)
    {
        ObjectStore links = store(context);
        SignedLink link = Verify(context, links);
        Bucket bucket = links.GetBucket(link.Bucket);
        switch (link.Method)
        {
            case PresignMethod.Get or PresignMethod.Head:
                await new ObjectResult(bucket, link.Key, HeadersOf(link.Options)).ExecuteAsync(context).ConfigureAwait(false);
                break;
            case PresignMethod.Put:
                context.Response.Headers.ETag = EntityTag.Quote(await StoreAsync(context, bucket, link).ConfigureAwait(false));
                break;
            default:
                await DeleteAsync(context, bucket, link.Key).ConfigureAwait(false);
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
        }
    }

    private static async Task DeleteAsync(HttpContext context, Bucket bucket, string key)
    {
        CancellationToken aborted = context.RequestAborted;
        (bool ifAbsent, string? ifMatch, string? ifRevision) =
            await WriteConditions.ResolveAsync(context.Request.Headers, bucket, key, aborted).ConfigureAwait(false);
        if (ifAbsent)
        {
            // The request is valid only where no object exists. Then there is nothing to delete.
            if (await bucket.ExistsAsync(key, aborted).ConfigureAwait(false))
            {
                throw new StorageException(
                    StorageErrorCode.PreconditionFailed, "An object exists, but the request requires that none does.");
            }

            return;
        }

        await bucket.DeleteAsync(key, new DeleteOptions { IfMatch = ifMatch, IfRevision = ifRevision }, aborted).ConfigureAwait(false);
    }

    private ObjectResultOptions HeadersOf(PresignOptions bound) => options.Results with
    {
        ContentType = bound.ResponseContentType ?? options.Results.ContentType,
        ContentDisposition = bound.ResponseContentDisposition ?? options.Results.ContentDisposition,
        CacheControl = bound.ResponseCacheControl ?? options.Results.CacheControl,
    };

    /// <returns>The ETag of the object or the part.</returns>
    private async Task<string> StoreAsync(HttpContext context, Bucket bucket, SignedLink link)
    {
        HttpRequest request = context.Request;
        long? limit = link.Options.ContentLength ?? options.MaxUploadLength;
        if (link.UploadId is null)
        {
            var upload = new ObjectUploadOptions { MaxLength = limit, Put = new PutOptions { Metadata = link.Options.Metadata } };
            return (await BodyUpload.RunAsync(request, bucket, link.Key, upload, context.RequestAborted).ConfigureAwait(false)).ETag;
        }

        MultipartUpload parts = bucket.GetMultipartUpload(link.Key, link.UploadId);
        var checks = new UploadPartOptions
        {
            ContentLength = request.ContentLength,
            ContentMd5 = PutHeaders.Md5(link.Options.ContentMd5, request.Headers.ContentMD5),
        };
        PartInfo part = await new RequestBody(request, limit)
            .SendAsync((content, token) => parts.UploadPartAsync(link.PartNumber, content, checks, token), context.RequestAborted)
            .ConfigureAwait(false);
        return part.ETag;
    }
}
