using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.AspNetCore.Requests;

/// <summary>Everything that is logged. Event ids never change their meaning.</summary>
internal static partial class Log
{
    public const string Category = "BleepStore.Storage.AspNetCore";

    [LoggerMessage(1, LogLevel.Warning, "The answer to {Method} broke off with {Code}. The connection was ended. The bucket is {Bucket}")]
    public static partial void BrokeOff(ILogger logger, Exception exception, StorageErrorCode code, string method, string bucket);

    [LoggerMessage(2, LogLevel.Information, "A link was refused. {Reason}")]
    public static partial void LinkRefused(ILogger logger, string reason);
}
