using System.Net;
using BleepStore.Storage.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace BleepStore.Storage.AspNetCore.Tests.Downloads;

/// <summary>The results of MVC and minimal APIs over our streams.</summary>
public sealed class MvcTests
{
    [TestCase("/mvc/a")]
    [TestCase("/results/a")]
    public async Task A_seekable_stream_has_ranges_and_conditions_in_the_results_of_the_framework(string path)
    {
        await using WebApp app = await WebApp.StartAsync(
            static app =>
            {
                Microsoft.AspNetCore.Builder.ControllerEndpointRouteBuilderExtensions.MapControllers(app);
                Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.MapGet(
                    app, "/results/{key}", async (string key, HttpContext context) =>
                {
                    ObjectReadStream stream = await WebApp.FilesOf(context).OpenReadAsync(key);
                    return Results.Stream(stream, "text/plain", entityTag: EntityTagOf(stream), enableRangeProcessing: true);
                });
            },
            static (builder, _) => builder.Services.AddControllers().AddApplicationPart(typeof(ObjectsController).Assembly));
        ObjectProperties stored = await app.Bucket.PutAsync("a", "0123456789"u8.ToArray());

        using HttpResponseMessage whole = await app.GetAsync(path);
        using HttpResponseMessage range = await app.GetAsync(path, ("Range", "bytes=3-5"));
        using HttpResponseMessage unchanged = await app.GetAsync(path, ("If-None-Match", $"\"{stored.ETag}\""));

        Assert.That(await whole.Content.ReadAsStringAsync(), Is.EqualTo("0123456789"));
        Assert.That(await range.Content.ReadAsStringAsync(), Is.EqualTo("345"));
        Assert.That(range.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
        Assert.That(range.Content.Headers.ContentRange!.ToString(), Is.EqualTo("bytes 3-5/10"));
        Assert.That(unchanged.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
    }

    internal static EntityTagHeaderValue EntityTagOf(ObjectReadStream stream) => new(EntityTag.Quote(stream.Properties.ETag));
}
