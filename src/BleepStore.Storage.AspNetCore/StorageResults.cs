using System.Diagnostics.CodeAnalysis;
using BleepStore.Storage.AspNetCore.Downloads;
using Microsoft.AspNetCore.Http;

namespace BleepStore.Storage;

/// <summary>Results of endpoints that come from a store. Minimal APIs and MVC controllers return them.</summary>
public static class StorageResults
{
    /// <summary>
    /// Sends an object, or the range that the request asks for. <c>GET</c> and <c>HEAD</c> evaluate the conditional headers of HTTP (RFC
    /// 9110, section 13). A download takes one request to the store. It takes two only when <c>If-Range</c> fails, because the whole object
    /// is then sent.
    /// </summary>
    /// <remarks>
    /// The bytes are streamed. A failure before the first byte is answered with problem details. A later failure closes the connection, so
    /// no client treats a part as the whole. Several ranges are answered with the whole object. The stored content is treated as hostile
    /// (see <see cref="ObjectResultOptions"/>).
    /// </remarks>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key. A missing object is answered with 404.</param>
    /// <param name="options">The headers of the answer. The default is those of the object.</param>
    [SuppressMessage("Naming", "CA1720:Identifiers should not contain type names", Justification = "The field has no other word.")]
    public static IResult Object(Bucket bucket, string key, ObjectResultOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentNullException.ThrowIfNull(key);
        return new ObjectResult(bucket, key, options ?? ObjectResultOptions.Default);
    }
}
