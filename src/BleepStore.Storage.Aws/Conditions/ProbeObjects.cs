using System.Runtime.CompilerServices;
using Amazon.S3;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends.Toolkit;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Conditions;

/// <summary>Removes the small internal objects of trials completely, even from a versioned bucket.</summary>
internal sealed class ProbeObjects(IAmazonS3 client, AwsRequests requests, RequestFactory make)
{
    private const int MaxPageSize = 1000;

    /// <summary>Removes an object.</summary>
    /// <param name="bucket">The upstream bucket.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="isVersioned">Whether the bucket keeps versions. They are removed as far as the credential may.</param>
    /// <param name="cancellationToken">Stops the removal.</param>
    public async Task RemoveAsync(string bucket, string name, bool isVersioned, CancellationToken cancellationToken)
    {
        if (!isVersioned)
        {
            await requests.WriteAsync(token => client.DeleteObjectAsync(make.Delete(bucket, name), token), cancellationToken)
                .ConfigureAwait(false);
            return;
        }

        try
        {
            await RemoveVersionsAsync(bucket, name, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.AccessDenied || AwsErrors.IsUnknownRequest(error))
        {
            // Without the permission for versions, a normal deletion at least hides the object.
            await requests.WriteAsync(token => client.DeleteObjectAsync(make.Delete(bucket, name), token), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Removes every version of the objects whose names begin so, and every mark of a deletion.</summary>
    public async Task RemoveVersionsAsync(string bucket, string prefix, CancellationToken cancellationToken)
    {
        await foreach (S3.S3ObjectVersion version in ListVersionsAsync(bucket, prefix, cancellationToken).ConfigureAwait(false))
        {
            S3.DeleteObjectRequest delete = make.Delete(bucket, version.Key);
            delete.VersionId = version.VersionId;
            await requests.WriteAsync(token => client.DeleteObjectAsync(delete, token), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lists every version of the objects whose names begin so, and every mark of a deletion.</summary>
    public async IAsyncEnumerable<S3.S3ObjectVersion> ListVersionsAsync(
        string bucket, string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var list = new S3.ListVersionsRequest { BucketName = bucket, Prefix = prefix, MaxKeys = MaxPageSize, RequestPayer = make.Payer };
        bool more;
        do
        {
            S3.ListVersionsResponse page =
                await requests.ReadAsync(token => client.ListVersionsAsync(list, token), cancellationToken).ConfigureAwait(false);
            foreach (S3.S3ObjectVersion version in page.Versions ?? [])
            {
                yield return version;
            }

            string? here = Paging.Pair(list.KeyMarker, list.VersionIdMarker);
            more = page.IsTruncated == true && Paging.Next(here, Paging.Pair(page.NextKeyMarker, page.NextVersionIdMarker)) is not null;
            list.KeyMarker = page.NextKeyMarker;
            list.VersionIdMarker = page.NextVersionIdMarker;
        }
        while (more);
    }
}
