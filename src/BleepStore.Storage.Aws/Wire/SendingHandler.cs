using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.S3.Model;
using Amazon.Util;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>
/// Handles each attempt, just before it is signed. A write that fails after a retry may have taken effect at the first attempt, whose
/// answer was lost. Only the pipeline knows of the retry.
/// </summary>
internal sealed class SendingHandler : PipelineHandler
{
    /// <summary>
    /// Signs everything but the body. Over https the SDK does that itself on request. Over http it refuses, and would hash the body a
    /// second time instead.
    /// </summary>
    private static readonly AWS4Signer BodyUnsigned = new(signPayload: false);

    public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        IRequestContext request = executionContext.RequestContext;
        Sending.NoteAttempt(request.OriginalRequest);
        if (request.OriginalRequest is PutObjectRequest or UploadPartRequest && request.Request.Endpoint?.Scheme == Uri.UriSchemeHttp)
        {
            // Content-MD5 is a signed header, so the signature still covers the body.
            request.Signer = BodyUnsigned;
        }

        if (request.OriginalRequest is DeleteObjectsRequest)
        {
            await UseContentMd5Async(request.Request, executionContext.RequestContext.CancellationToken).ConfigureAwait(false);
        }

        try
        {
            T answer = await base.InvokeAsync<T>(executionContext).ConfigureAwait(false);
            Sending.NoteAnswer(request.OriginalRequest, executionContext.ResponseContext.HttpResponse?.GetHeaderValue("Date"));
            return answer;
        }
        catch (Exception failure) when (!AwsErrors.MayHaveLanded(failure))
        {
            Sending.NoteRefusal(request.OriginalRequest);
            throw;
        }
    }

    /// <summary>
    /// S3 requires a checksum only on this request. Other servers accept Content-MD5, which Amazon's also accepts. Not all of them accept
    /// the SDK's checksums.
    /// </summary>
    private static async Task UseContentMd5Async(IRequest request, CancellationToken cancellationToken)
    {
        foreach (string name in request.Headers.Keys.Where(IsNewerChecksum).ToArray())
        {
            request.Headers.Remove(name);
        }

        Stream body = request.ContentStream ?? new MemoryStream(request.Content, writable: false);
        long start = body.Position;
        request.Headers[HeaderKeys.ContentMD5Header] =
            Convert.ToBase64String(await MD5.HashDataAsync(body, cancellationToken).ConfigureAwait(false));
        body.Position = start;
    }

    private static bool IsNewerChecksum(string header) =>
        header.StartsWith("x-amz-checksum-", StringComparison.OrdinalIgnoreCase)
            || header.StartsWith("x-amz-sdk-checksum-", StringComparison.OrdinalIgnoreCase);
}
