using BleepStore.Storage.AspNetCore.Uploads;
using Microsoft.AspNetCore.Http;

namespace BleepStore.Storage;

/// <summary>Stores what clients send.</summary>
public static class ObjectUploadExtensions
{
    /// <summary>
    /// Stores the body of a request as an object. The body is streamed. The object gets the request's content type, coding and language. A
    /// body that is shorter than its <c>Content-Length</c>, or that has another MD5 than its <c>Content-MD5</c>, stores nothing. The
    /// conditional headers of the request hold for the write (RFC 9110, section 13).
    /// </summary>
    /// <remarks>
    /// A list of ETags, and a date, cost one more request to the store. They are compared with the object that is there, and then the
    /// write is made only over its revision. When the client breaks off, nothing is stored, and the call ends with
    /// <see cref="OperationCanceledException"/>.
    /// </remarks>
    /// <param name="request">The request.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key. Never take it from a client without a rule of your own.</param>
    /// <param name="options">Attributes, conditions and the limit. Default: those of the request and the server.</param>
    /// <param name="cancellationToken">Stops the upload. A client that breaks off stops it, too.</param>
    /// <returns>The properties of the stored object.</returns>
    /// <exception cref="BadHttpRequestException">The body is too large (413), or a header is malformed (400).</exception>
    /// <exception cref="StorageException">As <see cref="Bucket.PutAsync(string, Stream, PutOptions?, CancellationToken)"/>.</exception>
    public static async Task<ObjectProperties> PutObjectAsync(
        this HttpRequest request,
        Bucket bucket,
        string key,
        ObjectUploadOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(bucket);
        options ??= ObjectUploadOptions.Default;
        var body = new RequestBody(request, options.MaxLength);
        return await body.SendAsync(
            async (content, token) =>
            {
                PutOptions given = options.Put ?? new PutOptions();
                PutOptions put = await PutHeaders.ReadAsync(request, bucket, key, given, token).ConfigureAwait(false);
                return await bucket.PutAsync(key, content, put, token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Stores the files of a form (<c>multipart/form-data</c>). Each file is streamed into its object as it arrives, and nothing is
    /// buffered whole. The order is the form's, so a field that decides where files go must stand before them.
    /// </summary>
    /// <remarks>
    /// Files that were stored before a failure stay. Nothing may read the form before this method does: take no form parameters, and no
    /// <c>IFormFile</c>, in the same endpoint. Antiforgery tokens in fields are not checked here.
    /// </remarks>
    /// <param name="request">The request.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="choose">Returns where a file goes, or <see langword="null"/> to leave it out.</param>
    /// <param name="options">Limits. Default: those of <see cref="FormUploadOptions"/>.</param>
    /// <param name="cancellationToken">Stops the upload. A client that breaks off stops it, too.</param>
    /// <returns>The files that were stored, and the fields.</returns>
    /// <exception cref="BadHttpRequestException">The request is no form (415), is malformed (400), or exceeds a limit (413).</exception>
    /// <exception cref="StorageException">As <see cref="Bucket.PutAsync(string, Stream, PutOptions?, CancellationToken)"/>.</exception>
    public static Task<FormUpload> PutFormFilesAsync(
        this HttpRequest request,
        Bucket bucket,
        Func<FormFileInfo, FormFileTarget?> choose,
        FormUploadOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentNullException.ThrowIfNull(choose);
        options ??= FormUploadOptions.Default;
        string boundary = FormReader.BoundaryOf(request);
        return new RequestBody(request, options.MaxLength).SendAsync(
            (content, token) => new FormReader(bucket, choose, options, boundary).ReadAsync(content, token), cancellationToken);
    }
}
