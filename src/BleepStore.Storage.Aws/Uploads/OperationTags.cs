using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Aws.Uploads;

/// <summary>
/// The tags of uploads and copies, as in "Semantic conventions for AWS S3 client spans". Only the operation itself has them. A large put
/// sends many parts.
/// </summary>
internal static class OperationTags
{
    /// <summary>Tags an operation on an upload.</summary>
    /// <param name="operation">The name of the operation.</param>
    /// <param name="uploadId">The id of the library.</param>
    /// <param name="partNumber">The part, if the operation has one.</param>
    public static void AddUpload(string operation, string uploadId, int? partNumber = null)
    {
        if (UpstreamTelemetry.ActivityOf(operation) is { } activity)
        {
            activity.SetTag("aws.s3.upload_id", UploadId.Parse(uploadId).Upstream);
            activity.SetTag("aws.s3.part_number", partNumber);
        }
    }

    /// <summary>Tags a copy with its source, as bucket and key upstream.</summary>
    /// <param name="operation">The name of the operation.</param>
    /// <param name="source">The source.</param>
    /// <param name="upstream">Names the source upstream.</param>
    public static void AddSource(string operation, ObjectAddress source, Func<string, string, UpstreamName> upstream)
    {
        if (UpstreamTelemetry.ActivityOf(operation) is { } activity)
        {
            UpstreamName name = upstream(source.Bucket, source.Key);
            activity.SetTag("aws.s3.copy_source", $"{name.Container}/{name.Name}");
        }
    }
}
