using Amazon.Runtime;
using Amazon.S3.Internal;
using Amazon.S3.Model;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>
/// The SDK's retries, which wait as long as the server asks by <c>Retry-After</c>. The SDK itself knows a header of Amazon's only.
/// </summary>
/// <param name="config">The client's configuration, which says how many attempts there are.</param>
internal sealed class BoundedRetryPolicy(IClientConfig config) : AmazonS3StandardRetryPolicy(config)
{
    private const string Wait = "BleepStoreRetryAfter";

    /// <summary>The caller must decide about a longer wait. The failure contains it.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    /// <summary>How many times a request is sent again.</summary>
    public int Limit
    {
        get => MaxRetries;
        set => MaxRetries = value;
    }

    public override async Task<bool> RetryForExceptionAsync(IExecutionContext executionContext, Exception exception)
    {
        IDictionary<string, object> state = executionContext.RequestContext.ContextAttributes;
        state.Remove(Wait);
        if (exception is AmazonServiceException failed && AwsErrors.CanBeConflict((int)failed.StatusCode, failed.ErrorCode)
            && executionContext.RequestContext.OriginalRequest is PutObjectRequest put && (put.IfMatch ?? put.IfNoneMatch) is not null)
        {
            // The backend looks up such a write and retries it itself.
            return false;
        }

        if (AwsErrors.RetryAfter(exception) is { } wait)
        {
            if (wait > LongestWait)
            {
                return false;
            }

            state[Wait] = wait;
        }

        return await base.RetryForExceptionAsync(executionContext, exception).ConfigureAwait(false);
    }

    public override Task WaitBeforeRetryAsync(IExecutionContext executionContext)
    {
        UpstreamTelemetry.CountRetry(AwsClients.Provider);

        // The SDK's own waits use the system's clock, too.
        return executionContext.RequestContext.ContextAttributes.TryGetValue(Wait, out object? wait)
            ? Task.Delay((TimeSpan)wait, TimeProvider.System, executionContext.RequestContext.CancellationToken)
            : base.WaitBeforeRetryAsync(executionContext);
    }
}
