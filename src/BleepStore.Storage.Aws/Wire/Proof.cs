using System.Net;
using Amazon.Runtime;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>
/// The proof that an answer of status 200 must contain, such as an ETag, an id, or the requested document. A proxy or a captive portal also
/// answers 200.
/// </summary>
internal static class Proof
{
    /// <summary>The root of an error, which the SDK reads by itself.</summary>
    private const string ErrorRoot = "Error";

    /// <summary>The root of the document that answers a request ("API operations", Amazon S3 API Reference).</summary>
    /// <returns><see langword="null"/> for a request that no document answers.</returns>
    public static string? RootOf(AmazonWebServiceRequest request) => request switch
    {
        S3.ListObjectsV2Request => "ListBucketResult",
        S3.ListVersionsRequest => "ListVersionsResult",
        S3.ListPartsRequest => "ListPartsResult",
        S3.ListMultipartUploadsRequest => "ListMultipartUploadsResult",
        S3.ListBucketsRequest => "ListAllMyBucketsResult",
        S3.GetObjectTaggingRequest => "Tagging",
        S3.DeleteObjectsRequest => "DeleteResult",
        S3.InitiateMultipartUploadRequest => "InitiateMultipartUploadResult",
        S3.CompleteMultipartUploadRequest => "CompleteMultipartUploadResult",
        S3.CopyObjectRequest => "CopyObjectResult",
        _ => null,
    };

    /// <summary>
    /// Returns whether a document answers a request. Some servers are made from the API's model, and name the root after the operation's
    /// output.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="root">The name of the root that S3 uses.</param>
    /// <param name="found">The name of the found root.</param>
    public static bool IsAnswer(AmazonWebServiceRequest request, string root, string? found) =>
        found == root || found == ErrorRoot || found == OperationOf(request) + "Output" || found == OperationOf(request) + "Response";

    /// <summary>Requires that an answer proves the result of its request.</summary>
    /// <param name="answer">The SDK's reading of an answer that succeeded.</param>
    /// <param name="isRooted">Whether the document's root was already checked, which only this library's pipeline can do.</param>
    /// <param name="isWrite">Whether the request is a write.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.ServiceUnavailable"/> when the answer proves nothing.</exception>
    public static void Require(AmazonWebServiceResponse answer, bool isRooted, bool isWrite)
    {
        if (Lacks(answer, isRooted) is { } lack)
        {
            throw Missing(lack, isWrite);
        }
    }

    /// <summary>
    /// Returns whether an answer without a document comes from S3. It has the id that S3 assigns to every request, or names the bucket's
    /// region.
    /// </summary>
    public static bool IsIn(S3.HeadBucketResponse seen) => HasRequestId(seen) || !string.IsNullOrEmpty(seen.BucketRegion);

    /// <summary>The failure of an answer that succeeded without proof.</summary>
    /// <param name="lack">The missing proof, such as <c>no ETag</c>.</param>
    /// <param name="isWrite">Whether the request is a write, which may have reached the service.</param>
    public static StorageException Missing(string lack, bool isWrite) =>
        new(StorageErrorCode.ServiceUnavailable, $"The answer has a success status but {lack}, so it does not come from S3. Look for a " +
            "proxy or a login page between this machine and S3.")
        {
            IsOutcomeUnknown = isWrite,
        };

    private static string? Lacks(AmazonWebServiceResponse answer, bool isRooted) => answer switch
    {
        S3.PutObjectResponse made => LacksETag(made.ETag),
        S3.UploadPartResponse made => LacksETag(made.ETag),
        S3.CopyPartResponse made => LacksETag(made.ETag),
        S3.GetObjectResponse found => LacksETag(found.ETag),
        S3.GetObjectMetadataResponse found => LacksETag(found.ETag),
        S3.InitiateMultipartUploadResponse begun => string.IsNullOrEmpty(begun.UploadId) ? "no upload id" : null,

        // An empty body is valid for these. The status, or the id that S3 assigns to every request, proves that S3 has answered.
        S3.DeleteObjectResponse or S3.AbortMultipartUploadResponse or S3.DeleteBucketResponse or S3.PutBucketResponse =>
            answer.HttpStatusCode == HttpStatusCode.NoContent
                || HasRequestId(answer)
                || answer is S3.PutBucketResponse { Location.Length: > 0 } ? null : "no request id",
        _ when isRooted => null,
        S3.CopyObjectResponse made =>
            string.IsNullOrEmpty(made.ETag) && string.IsNullOrEmpty(made.LastModified) ? "no CopyObjectResult" : null,
        S3.CompleteMultipartUploadResponse made =>
            HasAny(made.ETag, made.Key, made.BucketName, made.Location) ? null : "no CompleteMultipartUploadResult",
        S3.ListObjectsV2Response list => list.IsTruncated is null && list.Name is null ? "no ListBucketResult" : null,
        S3.ListVersionsResponse list => list.IsTruncated is null && list.Name is null ? "no ListVersionsResult" : null,
        S3.ListPartsResponse list => list.IsTruncated is null && list.UploadId is null ? "no ListPartsResult" : null,
        S3.ListMultipartUploadsResponse list =>
            list.IsTruncated is null && list.BucketName is null ? "no ListMultipartUploadsResult" : null,
        S3.ListBucketsResponse list => list.Owner is null && list.Buckets is null ? "no ListAllMyBucketsResult" : null,
        _ => null,
    };

    private static string OperationOf(AmazonWebServiceRequest request) => request switch
    {
        S3.InitiateMultipartUploadRequest => "CreateMultipartUpload",
        S3.ListVersionsRequest => "ListObjectVersions",
        _ => request.GetType().Name[..^"Request".Length],
    };

    private static string? LacksETag(string? etag) => string.IsNullOrEmpty(etag?.Trim('"')) ? "no ETag" : null;

    private static bool HasRequestId(AmazonWebServiceResponse answer) => !string.IsNullOrEmpty(answer.ResponseMetadata?.RequestId);

    private static bool HasAny(params ReadOnlySpan<string?> values)
    {
        foreach (string? value in values)
        {
            if (!string.IsNullOrEmpty(value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Compares the returned ETag with the sent bytes, where it is an MD5.</summary>
    public static void RequireSame(StorageBody sent, string etag, bool isMd5)
    {
        Span<byte> md5 = stackalloc byte[16];
        if (isMd5 && ETags.TryParseMd5(etag, md5) && !md5.SequenceEqual(sent.Md5!.Value.Span))
        {
            throw new StorageException(
                StorageErrorCode.InternalError,
                $"S3 has stored bytes that differ from the sent ones. Their MD5 is {etag}, not {ETags.FromMd5(sent.Md5!.Value.Span)}. " +
                "Put them again.");
        }
    }
}
