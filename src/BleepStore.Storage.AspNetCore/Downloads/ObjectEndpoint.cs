using BleepStore.Storage.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace BleepStore.Storage.AspNetCore.Downloads;

/// <summary>An endpoint whose last route parameter is the key of an object.</summary>
internal sealed class ObjectEndpoint(Func<HttpContext, Bucket> bucket, ObjectResultOptions options)
{
    public static string[] Methods { get; } = [HttpMethods.Get, HttpMethods.Head];

    public static string PatternUnder(string pattern) => $"{pattern.TrimEnd('/')}/{{**{RequestKey.Parameter}}}";

    public Task AnswerAsync(HttpContext context) =>
        new ObjectResult(bucket(context), RequestKey.Of(context), options).ExecuteAsync(context);
}
