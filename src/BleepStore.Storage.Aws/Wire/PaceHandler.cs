using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>Paces each attempt of a request. Stands beneath the retries.</summary>
/// <param name="pace">The pace of the store.</param>
internal sealed class PaceHandler(RequestPace pace) : PipelineHandler
{
    public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        await pace.EnterAsync(executionContext.RequestContext.CancellationToken).ConfigureAwait(false);
        try
        {
            T answer = await base.InvokeAsync<T>(executionContext).ConfigureAwait(false);
            pace.Answered((int)HttpStatusCode.OK);
            return answer;
        }
        catch (AmazonServiceException refused)
        {
            pace.Answered((int)refused.StatusCode, AwsErrors.RetryAfter(refused), AwsErrors.CodeOf(refused));
            throw;
        }
    }
}
