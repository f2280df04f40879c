using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace BleepStore.Storage.AspNetCore.Tests.Support;

/// <summary>The endpoints of a server in a process of its own.</summary>
internal static class ServedApp
{
    private const long Limit = 1L << 30;

    public static void Map(WebApplication app)
    {
        app.MapObjects("/files", WebApp.FilesOf);
        app.MapPut("/files/{key}", async (string key, HttpRequest request) =>
        {
            ObjectProperties stored = await request.PutObjectAsync(
                WebApp.FilesOf(request.HttpContext), key, new ObjectUploadOptions { MaxLength = Limit });
            return stored.ETag;
        });
        app.MapPost("/form", async (HttpRequest request) =>
        {
            FormUpload form = await request.PutFormFilesAsync(
                WebApp.FilesOf(request.HttpContext),
                static file => new FormFileTarget(file.FileName),
                new FormUploadOptions { MaxLength = Limit });
            return form.Files.Single().Properties.ETag;
        });
    }
}
