using BleepStore.Storage.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace BleepStore.Storage.AspNetCore.Downloads;

/// <summary>An endpoint whose last route parameter is the key of an object.</summary>
internal sealed class ObjectEndpoint(Func<HttpContext, Bucket> bucket, ObjectResultOptions options)
{
    public static string[] Methods { get; } = [HttpMethods.Get, HttpMethods.Head];

    public static string PatternUnder(string pattern) => $"{pattern.TrimEnd('/')}/{{**{RequestKey.Parameter}}}";

    /// <summary>
    /// Path rules of the application must see the key that is served. They see <c>private%2Fplan</c> as one segment, so an escaped slash
    /// names no object here.
    /// </summary>
    public Task AnswerAsync(HttpContext context)
    {
        string key = RequestKey.HasEscapedSlash(context) ? "" : RequestKey.Of(context);
        return new ObjectResult(bucket(context), key, options).ExecuteAsync(context);
    }
}
