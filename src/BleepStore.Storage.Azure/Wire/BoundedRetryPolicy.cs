using Azure.Core;
using Azure.Core.Pipeline;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>
/// The SDK's retries, bounded. The SDK waits as long as <c>Retry-After</c> says before it tries again. Where that is longer than
/// <see cref="LongestWait"/>, the refusal goes to the caller at once, with the time to wait. A copy in one request that the server does not
/// support is not repeated, since blocks then replace it.
/// </summary>
/// <param name="retry">The SDK's options.</param>
internal sealed class BoundedRetryPolicy(RetryOptions retry) : RetryPolicy(MaxRetries, Delay(retry))
{
    /// <summary>The limit is read for each failure, because the store sets it after the client was created.</summary>
    private const int MaxRetries = 100;

    /// <summary>Callers who wait longer want to decide that themselves.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private const string CopySource = "x-ms-copy-source";

    /// <summary>How many times a request is sent again.</summary>
    public int Limit { get; set; } = retry.MaxRetries;

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) =>
        Counted(MayRetry(message) && base.ShouldRetry(message, exception));

    protected override async ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        Counted(MayRetry(message) && await base.ShouldRetryAsync(message, exception).ConfigureAwait(false));

    private static bool Counted(bool isRetried)
    {
        if (isRetried)
        {
            UpstreamTelemetry.CountRetry(AzureClients.Provider);
        }

        return isRetried;
    }

    private bool MayRetry(HttpMessage message) =>
        message.ProcessingContext.RetryNumber < Limit && MayHelp(message);

    private static bool MayHelp(HttpMessage message) =>
        !message.HasResponse || !(AzureErrors.RetryAfter(message.Response) > LongestWait || IsCopyThatFailed(message));

    private static bool IsCopyThatFailed(HttpMessage message) =>
        message.Response.Status == 500
            && message.Request.Headers.Contains(CopySource)
            && !message.Request.Uri.Query.Contains("comp=", StringComparison.Ordinal);

    private static DelayStrategy Delay(RetryOptions retry) => retry.Mode == RetryMode.Exponential
        ? DelayStrategy.CreateExponentialDelayStrategy(retry.Delay, retry.MaxDelay)
        : DelayStrategy.CreateFixedDelayStrategy(retry.Delay);
}
