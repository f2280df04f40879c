using Amazon.S3;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>Creates the SDK's requests with their common settings for payment, encryption and the sending of bodies.</summary>
internal sealed class RequestFactory(AwsClients clients, Encryption encryption, bool requesterPays)
{
    /// <summary>The longest body, in bytes, that .NET sends even after the server refused it.</summary>
    private const long MaxUnannouncedBody = 1024;

    /// <summary>The algorithm of a client that adds checksums, which every SDK of Amazon's has.</summary>
    private static readonly ChecksumAlgorithm PartChecksum = ChecksumAlgorithm.CRC32;

    public RequestPayer? Payer { get; } = requesterPays ? RequestPayer.Requester : null;

    /// <summary>Whether the SDK reads a body before it sends it.</summary>
    private bool IsReadAtOnce => clients.IsGiven && clients.IsPlain;

    /// <summary>
    /// Returns a body in the form that this client can send. Over plain http the SDK hashes the body before it is sent, unless this
    /// library's own pipeline prevents it. A body cannot be read twice, so a client from the application gets the bytes in memory.
    /// </summary>
    public async Task<Stream> BodyAsync(StorageBody body, CancellationToken cancellationToken)
    {
        if (!IsReadAtOnce)
        {
            return body.OpenRewindable();
        }

        if (body.Length > Array.MaxLength)
        {
            throw new StorageException(
                StorageErrorCode.NotSupported,
                $"A client of your own that sends over plain http sends up to {Array.MaxLength} bytes at once. Use https, or let the " +
                "store make the client.");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)body.Length!.Value);
        Stream open = body.Open();
        await using (open.ConfigureAwait(false))
        {
            await open.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        }

        return new MemoryStream(bytes, writable: false);
    }

    /// <summary>Has a timer watch a body of <see cref="BodyAsync"/> while the SDK sends it.</summary>
    public Stream Watch(RequestTimer timer, Stream content) =>
        IsReadAtOnce ? new InMemoryBody(timer.Watch(content), content) : timer.Watch(content);

    public S3.PutObjectRequest Put(string bucket, string name, Stream content, ReadOnlyMemory<byte> md5)
    {
        S3.PutObjectRequest request = Announces(content) ? new S3.PutObjectRequest() : new PlainRequests.PutObjectRequest();
        request.BucketName = bucket;
        request.Key = name;
        request.InputStream = content;
        request.MD5Digest = Convert.ToBase64String(md5.Span);
        request.AutoCloseStream = false;
        request.UseChunkEncoding = false;
        request.DisablePayloadSigning = clients.IsPlain ? null : true;
        request.RequestPayer = Payer;
        request.Headers.ContentLength = content.Length;
        encryption.Apply(request);
        return request;
    }

    public S3.UploadPartRequest Part(string bucket, string name, string uploadId, int number, Stream content, ReadOnlyMemory<byte> md5)
    {
        S3.UploadPartRequest request = Announces(content) ? new S3.UploadPartRequest() : new PlainRequests.UploadPartRequest();
        request.BucketName = bucket;
        request.Key = name;
        request.UploadId = uploadId;
        request.PartNumber = number;
        request.InputStream = content;
        request.PartSize = content.Length;
        request.MD5Digest = Convert.ToBase64String(md5.Span);
        request.UseChunkEncoding = false;
        request.DisablePayloadSigning = clients.IsPlain ? null : true;
        request.RequestPayer = Payer;
        request.ChecksumAlgorithm = clients.AddsChecksums ? PartChecksum : null;
        encryption.Apply(request);
        return request;
    }

    public S3.InitiateMultipartUploadRequest Begin(string bucket, string name)
    {
        var request = new S3.InitiateMultipartUploadRequest { BucketName = bucket, Key = name, RequestPayer = Payer };
        if (clients.AddsChecksums)
        {
            // It must be set at the beginning, because otherwise S3 keeps no checksums of the parts for the completion.
            request.ChecksumAlgorithm = PartChecksum;
            request.ChecksumType = ChecksumType.COMPOSITE;
        }

        encryption.Apply(request);
        return request;
    }

    public S3.CompleteMultipartUploadRequest Complete(string bucket, string name, string uploadId, IEnumerable<S3.PartETag> parts) =>
        new()
        {
            BucketName = bucket,
            Key = name,
            UploadId = uploadId,
            PartETags = [.. parts],
            ChecksumType = clients.AddsChecksums ? ChecksumType.COMPOSITE : null,
            RequestPayer = Payer,
        };

    /// <summary>A part as its completion names it.</summary>
    public S3.PartETag PartETag(S3.UploadPartResponse made, int number) =>
        new(number, made.ETag) { ChecksumCRC32 = clients.AddsChecksums ? made.ChecksumCRC32 : null };

    public S3.AbortMultipartUploadRequest Abort(string bucket, string name, string uploadId) =>
        new() { BucketName = bucket, Key = name, UploadId = uploadId, RequestPayer = Payer };

    public S3.CopyObjectRequest Copy(string sourceBucket, string source, string bucket, string name)
    {
        var request = new S3.CopyObjectRequest
        {
            SourceBucket = sourceBucket,
            SourceKey = source,
            DestinationBucket = bucket,
            DestinationKey = name,
            RequestPayer = Payer,
        };
        encryption.Apply(request);
        return request;
    }

    public S3.DeleteObjectRequest Delete(string bucket, string name) => new() { BucketName = bucket, Key = name, RequestPayer = Payer };

    public S3.GetObjectMetadataRequest Head(string bucket, string name)
    {
        var request = new S3.GetObjectMetadataRequest { BucketName = bucket, Key = name, RequestPayer = Payer };
        encryption.Apply(request);
        return request;
    }

    public S3.GetObjectRequest Get(string bucket, string name)
    {
        var request = new S3.GetObjectRequest { BucketName = bucket, Key = name, RequestPayer = Payer };
        encryption.Apply(request);
        return request;
    }

    /// <summary>
    /// Whether a body waits for the server's consent. Only Amazon's S3 is known to handle it well. It saves the transfer of large bodies
    /// that S3 refuses or redirects.
    /// </summary>
    private bool Announces(Stream content) => clients.Compatibility == AwsCompatibility.Aws && content.Length > MaxUnannouncedBody;

    public S3.PutBucketRequest Bucket(string bucket) =>
        new() { BucketName = bucket, UseClientRegion = clients.Compatibility == AwsCompatibility.Aws };
}
