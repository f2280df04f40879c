using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Objects;

/// <summary>Gets and heads.</summary>
internal sealed class AzureReads(AzureUpstream upstream, AzureRequests requests)
{
    public ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
    {
        if (request.Range is { IsSuffix: true } suffix)
        {
            return GetSuffixAsync(request, suffix, cancellationToken);
        }

        HttpRange range = request.Range is { Offset: { } offset } from ? new HttpRange(offset, from.Length) : default;
        return OpenAsync(request, range, request.IfRevision, cancellationToken);
    }

    public async Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken)
    {
        BlockBlobClient blob = upstream.Object(request.Bucket, request.Key);
        BlobProperties found = await requests.HeadAsync(token => blob.GetPropertiesAsync(cancellationToken: token), cancellationToken)
            .ConfigureAwait(false);
        return AzureProperties.Read(request.Key, found);
    }

    public async Task<StoredObject?> TryHeadAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            return await HeadAsync(new HeadRequest { Bucket = bucket, Key = key }, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            return null;
        }
    }

    /// <summary>Azure has no suffix ranges. The size is requested first, and the range is pinned to the same revision.</summary>
    private async ValueTask<GetResult> GetSuffixAsync(GetRequest request, ByteRange suffix, CancellationToken cancellationToken)
    {
        ObjectProperties current = (await HeadAsync(new HeadRequest { Bucket = request.Bucket, Key = request.Key }, cancellationToken)
            .ConfigureAwait(false)).Properties;
        new WriteCondition { IfRevision = request.IfRevision }.ThrowIfNotMet(current);
        ContentRange wanted = suffix.Resolve(current.Size);
        return await OpenAsync(
            request,
            wanted.IsWhole ? default : new HttpRange(wanted.Offset, wanted.Length),
            current.Revision,
            cancellationToken).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<GetResult> OpenAsync(GetRequest request, HttpRange range, string? revision, CancellationToken cancellationToken)
    {
        BlockBlobClient blob = upstream.Object(request.Bucket, request.Key);
        BlobRequestConditions? conditions = AzureConditions.Of(request.Conditions, revision);
        BlobDownloadOptions? options = conditions is null && range == default
            ? null
            : new BlobDownloadOptions { Range = range, Conditions = conditions };
        using RequestTimer timer = requests.StartTimer(cancellationToken);

        // The SDK keeps the token to reopen a body that breaks off. By then the token belongs to other requests. If their cancellation ends
        // a read, the failure is mapped to one that the core resumes.
        try
        {
            return Open(request, await blob.DownloadStreamingAsync(options, timer.Token).ConfigureAwait(false));
        }
        catch (Exception thrown) when (AzureRequests.MapRead(timer, thrown, cancellationToken) is { } error)
        {
            if (error is { Code: StorageErrorCode.InvalidRange, ObjectSize: null } && request.Range is { } refused)
            {
                error = await WithSizeAsync(error, request, refused, cancellationToken).ConfigureAwait(false);
            }

            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    private async Task<StorageException> WithSizeAsync(
        StorageException error, GetRequest request, ByteRange refused, CancellationToken cancellationToken)
    {
        ObjectProperties current = (await HeadAsync(new HeadRequest { Bucket = request.Bucket, Key = request.Key }, cancellationToken)
            .ConfigureAwait(false)).Properties;
        return UpstreamErrors.Recode(
            error,
            StorageErrorCode.InvalidRange,
            $"The range {refused} holds no byte of an object of {current.Size} bytes.",
            objectSize: current.Size);
    }

    private static GetResult Open(GetRequest request, Response<BlobDownloadStreamingResult> answer)
    {
        Response response = answer.GetRawResponse();
        if (response.Status == 304)
        {
            // The SDK treats this neither as a failure nor as an object.
            throw new StorageException(StorageErrorCode.NotModified, "The object has not been written since.") { Status = 304 };
        }

        BlobDownloadStreamingResult result = answer.Value;
        try
        {
            Proof.RequireETag(answer);
            ContentRange range = RangeOf(result.Details);

            // Not every server refuses a range that begins past the end.
            ContentRange wanted = request.Range?.Resolve(range.ObjectSize) ?? range;
            return wanted == range
                ? new GetResult
                {
                    Properties = AzureProperties.Read(request.Key, result.Details, range.ObjectSize, response),
                    Range = range,
                    Content = result.Content,
                }
                : throw new StorageException(
                    StorageErrorCode.InternalError,
                    $"Azure answered {range} when asked for {wanted}. Look for a proxy that changes answers.");
        }
        catch
        {
            result.Content.Dispose();
            throw;
        }
    }

    private static ContentRange RangeOf(BlobDownloadDetails details)
    {
        if (ContentRangeHeaderValue.TryParse(details.ContentRange, out ContentRangeHeaderValue? range)
            && range is { From: { } from, To: { } to, Length: { } size })
        {
            return new ContentRange(from, to - from + 1, size);
        }

        // One server answers "bytes 10-9/10" for a range that begins at the end. It is no valid range, but it contains the size.
        return AzureErrors.SizeIn(details.ContentRange) is { } whole
            ? new ContentRange(0, 0, whole)
            : new ContentRange(0, details.ContentLength, details.ContentLength);
    }
}
