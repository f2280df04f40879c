using Microsoft.AspNetCore.Http;

namespace BleepStore.Storage.AspNetCore.Uploads;

/// <summary>Stores the body of a request as an object.</summary>
internal static class BodyUpload
{
    public static Task<ObjectProperties> RunAsync(
        HttpRequest request, Bucket bucket, string key, ObjectUploadOptions options, CancellationToken cancellationToken)
    {
        var body = new RequestBody(request, options.MaxLength);
        return body.SendAsync(
            async (content, token) =>
            {
                PutOptions given = options.Put ?? new PutOptions();
                PutOptions put = await PutHeaders.ReadAsync(request, bucket, key, given, token).ConfigureAwait(false);
                return await bucket.PutAsync(key, content, put, token).ConfigureAwait(false);
            },
            cancellationToken);
    }
}
