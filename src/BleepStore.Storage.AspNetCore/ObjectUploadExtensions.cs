using BleepStore.Storage.AspNetCore.Requests;
using BleepStore.Storage.AspNetCore.Uploads;
using Microsoft.AspNetCore.Http;

namespace BleepStore.Storage;

/// <summary>Stores the bodies and files that clients send.</summary>
public static class ObjectUploadExtensions
{
    /// <summary>
    /// Returns the key in the path of a request, exactly as <c>MapObjects</c> reads it. The route must end with <c>{**key}</c>. A route
    /// value is not enough, because servers leave <c>%2F</c> as it is and decode everything else.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <returns>The key, with at least one character.</returns>
    /// <exception cref="BadHttpRequestException">The path has no key, or a slash of it is escaped (400).</exception>
    /// <exception cref="InvalidOperationException">The route does not end with a parameter <c>key</c>.</exception>
    public static string GetObjectKey(this HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!RequestKey.IsLast(request.HttpContext))
        {
            throw new InvalidOperationException(
                $"The route does not end with the parameter '{RequestKey.Parameter}'. End it with {{**key}}.");
        }

        if (RequestKey.HasEscapedSlash(request.HttpContext))
        {
            throw new BadHttpRequestException("The path has an escaped slash (%2F). Send the slashes of a key as slashes.");
        }

        string key = RequestKey.Of(request.HttpContext);
        return key.Length > 0 ? key : throw new BadHttpRequestException("The path names no object. Add its key.");
    }

    /// <summary>
    /// Stores the body of a request as an object. The body is streamed. The object gets the request's content type, coding and language. A
    /// body that is shorter than its <c>Content-Length</c>, or has another MD5 than its <c>Content-MD5</c>, is not stored. The conditional
    /// headers of the request apply to the write (RFC 9110, section 13).
    /// </summary>
    /// <remarks>
    /// Lists of ETags and dates cost one more request to the store. They are compared with the current object, and the write then requires
    /// its revision. When the client disconnects, nothing is stored, and the call ends with <see cref="OperationCanceledException"/>.
    /// </remarks>
    /// <param name="request">The request.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key. Never accept it from a client without your own rules.</param>
    /// <param name="options">Attributes, conditions and the limit. By default they come from the request and the server.</param>
    /// <param name="cancellationToken">Stops the upload. A client that disconnects also stops it.</param>
    /// <returns>The properties of the stored object.</returns>
    /// <exception cref="BadHttpRequestException">The body is too large (413), or a header is malformed (400).</exception>
    /// <exception cref="StorageException">As <see cref="Bucket.PutAsync(string, Stream, PutOptions?, CancellationToken)"/>.</exception>
    public static Task<ObjectProperties> PutObjectAsync(
        this HttpRequest request,
        Bucket bucket,
        string key,
        ObjectUploadOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(bucket);
        return BodyUpload.RunAsync(request, bucket, key, options ?? ObjectUploadOptions.Default, cancellationToken);
    }

    /// <summary>
    /// Stores the files of a form (<c>multipart/form-data</c>). Each file is streamed into its object as it arrives, and nothing is
    /// buffered whole. The files are stored in the order of the form, so a field that decides their targets must come first.
    /// </summary>
    /// <remarks>
    /// Files that were stored before a failure stay. No other code may read the form before this method, so the endpoint must have no form
    /// parameters and no <c>IFormFile</c>. Antiforgery tokens in fields are not checked here.
    /// </remarks>
    /// <param name="request">The request.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="choose">Returns the target of a file, or <see langword="null"/> to skip it.</param>
    /// <param name="options">Limits. The default is a new <see cref="FormUploadOptions"/>.</param>
    /// <param name="cancellationToken">Stops the upload. A client that disconnects also stops it.</param>
    /// <returns>The stored files, and the fields.</returns>
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
