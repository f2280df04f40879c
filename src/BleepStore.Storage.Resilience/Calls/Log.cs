using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Resilience.Calls;

/// <summary>Everything that is logged. No keys, no secrets. Event ids never change their meaning.</summary>
internal static partial class Log
{
    public const string Category = "BleepStore.Storage.Resilience";

    [LoggerMessage(
        1,
        LogLevel.Information,
        "{Operation} failed on {Provider} with {Code} and is sent again in {Milliseconds:0} ms ({Attempt} of {Attempts})")]
    public static partial void Retrying(
        ILogger logger, string operation, string provider, StorageErrorCode code, double milliseconds, int attempt, int attempts);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "{Operation} failed on {Provider} with {Code} and is not sent again, because the retry budget of the store is empty")]
    public static partial void BudgetEmpty(ILogger logger, string operation, string provider, StorageErrorCode code);

    [LoggerMessage(3, LogLevel.Debug, "{Operation} was not sent to {Provider}, because the rate limit is reached")]
    public static partial void Limited(ILogger logger, string operation, string provider);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "The circuit breaker of {Provider} has opened for {Seconds:0.###} s, because too many calls fail, the last with {Code}")]
    public static partial void Opened(ILogger logger, string provider, double seconds, StorageErrorCode? code);

    [LoggerMessage(5, LogLevel.Information, "The circuit breaker of {Provider} lets one call through as a trial")]
    public static partial void Probing(ILogger logger, string provider);

    [LoggerMessage(6, LogLevel.Information, "The circuit breaker of {Provider} has closed")]
    public static partial void Closed(ILogger logger, string provider);
}
