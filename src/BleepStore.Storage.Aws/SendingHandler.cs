using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.S3.Model;

namespace BleepStore.Storage.Aws;

/// <summary>
/// Stands where each attempt passes, just before it is signed. A write that fails after a retry may have landed at the first attempt, whose answer was lost: only
/// the pipeline knows that it was retried.
/// </summary>
internal sealed class SendingHandler : PipelineHandler
{
    /// <summary>Signs everything but the body. Over https the SDK does that by itself when asked; over http it refuses, and would hash the body a second time instead.</summary>
    private static readonly AWS4Signer BodyUnsigned = new(signPayload: false);

    public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        Sending.NoteAttempt();
        IRequestContext request = executionContext.RequestContext;
        if (request.OriginalRequest is PutObjectRequest or UploadPartRequest && request.Request.Endpoint?.Scheme == Uri.UriSchemeHttp)
        {
            // Content-MD5 is among the headers signed, so that the body is bound to the signature all the same.
            request.Signer = BodyUnsigned;
        }

        T answer = await base.InvokeAsync<T>(executionContext).ConfigureAwait(false);
        Sending.NoteAnswer(executionContext.ResponseContext.HttpResponse?.GetHeaderValue("Date"));
        return answer;
    }
}
