using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Buckets;

/// <summary>Puts objects of no bytes, which stand for something.</summary>
internal sealed class EmptyObjects(AwsClients clients, AwsRequests requests, RequestFactory make)
{
    /// <returns>Whether the upstream bucket keeps versions.</returns>
    public async Task<bool> PutAsync(string bucket, string name, bool ifAbsent, CancellationToken cancellationToken)
    {
        var body = StorageBody.FromBytes(default);
        Stream content = await make.BodyAsync(body, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            S3.PutObjectRequest put = make.Put(bucket, name, content, body.Md5!.Value);
            put.IfNoneMatch = ifAbsent ? "*" : null;
            S3.PutObjectResponse made =
                await requests.WriteAsync(token => clients.Client.PutObjectAsync(put, token), cancellationToken).ConfigureAwait(false);
            return !string.IsNullOrEmpty(made.VersionId);
        }
    }
}
