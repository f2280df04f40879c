using BleepStore.Storage.Basics;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Engine;

/// <summary>All log messages. They contain no secrets and no bodies. Event ids never change their meaning.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "{Operation} {Bucket}/{Key} took {Milliseconds:0.0} ms")]
    public static partial void Succeeded(ILogger logger, string operation, Visible bucket, Visible key, double milliseconds);

    [LoggerMessage(2, LogLevel.Debug, "{Operation} {Bucket}/{Key} answered {Code} after {Milliseconds:0.0} ms")]
    public static partial void Answered(
        ILogger logger, string operation, Visible bucket, Visible key, StorageErrorCode code, double milliseconds);

    [LoggerMessage(3, LogLevel.Warning, "{Operation} {Bucket}/{Key} failed with {Code} after {Milliseconds:0.0} ms")]
    public static partial void Failed(
        ILogger logger, Exception exception, string operation, Visible bucket, Visible key, StorageErrorCode code, double milliseconds);

    [LoggerMessage(
        4,
        LogLevel.Information,
        "The read of {Bucket}/{Key} broke off at byte {Offset} with {Code} and is taken up again ({Attempt} of {Attempts})")]
    public static partial void Resuming(
        ILogger logger, Visible bucket, Visible key, long offset, StorageErrorCode code, int attempt, int attempts);

    [LoggerMessage(
        5,
        LogLevel.Warning,
        "The multipart upload {UploadId} of {Bucket}/{Key} could not be aborted after a failure; its parts stay until it expires")]
    public static partial void AbortFailed(ILogger logger, Exception exception, Visible bucket, Visible key, Visible uploadId);

    [LoggerMessage(
        6, LogLevel.Information, "The answer to {Operation} {Bucket}/{Key} was lost, but its write token shows that it took effect")]
    public static partial void Recognised(ILogger logger, string operation, Visible bucket, Visible key);

    [LoggerMessage(7, LogLevel.Information, "Aborted the multipart upload {UploadId} of {Bucket}/{Key}, begun {InitiatedAt:O}")]
    public static partial void Expired(ILogger logger, Visible bucket, Visible key, Visible uploadId, DateTimeOffset initiatedAt);

    [LoggerMessage(8, LogLevel.Information, "The answer to {Operation} {Bucket}/{Key} was lost, and the object is gone")]
    public static partial void Gone(ILogger logger, string operation, Visible bucket, Visible key);

    [LoggerMessage(
        9, LogLevel.Warning, "The transfer has ended, but its source could not be positioned. Seek in it before it is read again")]
    public static partial void PositionLost(ILogger logger, Exception exception);

    [LoggerMessage(
        10,
        LogLevel.Information,
        "The download of {Bucket}/{Key} is whole, but its ETag {ETag} does not prove the bytes: another tool or a copy may have made it")]
    public static partial void Unproved(ILogger logger, Visible bucket, Visible key, Visible etag);

    [LoggerMessage(
        11, LogLevel.Warning, "The application's code failed that is told of progress. It is told no more of this transfer, which goes on")]
    public static partial void ProgressFailed(ILogger logger, Exception exception);

    [LoggerMessage(12, LogLevel.Warning, "The read of {Bucket}/{Key} failed at byte {Offset} with {Code}")]
    public static partial void ReadFailed(
        ILogger logger, Exception exception, Visible bucket, Visible key, long offset, StorageErrorCode code);
}
