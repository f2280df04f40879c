using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace BleepStore.Storage.Gcp.TestServer.Http;

/// <summary>How answers are written.</summary>
internal static class Answer
{
    public static Task JsonAsync(HttpContext http, JsonObject body, int status = 200)
    {
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(body);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=UTF-8";
        http.Response.ContentLength = bytes.Length;
        return http.Response.Body.WriteAsync(bytes, http.RequestAborted).AsTask();
    }

    public static Task EmptyAsync(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        if (status is not (204 or 304))
        {
            http.Response.ContentLength = 0;
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// A refusal. For media the error is plain text, not JSON. The page on status codes does not say so, but the service's answers to
    /// <c>alt=media</c> show it ("No such object").
    /// </summary>
    public static async Task ErrorAsync(HttpContext http, GcsError error, Route? route)
    {
        http.Response.Clear();
        if (error.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (error.ObjectSize is { } size)
        {
            http.Response.Headers.ContentRange = $"bytes */{size.ToString(CultureInfo.InvariantCulture)}";
        }

        if (error.Status == 304)
        {
            await EmptyAsync(http, 304);
        }
        else if (route?.IsXml == true)
        {
            XDocument document = error.ToXml();
            string text = document.Declaration + document.ToString(SaveOptions.DisableFormatting);
            await TextAsync(http, text, "application/xml; charset=UTF-8", error.Status);
        }
        else if (route?.IsMedia == true)
        {
            await TextAsync(http, error.Message, "text/html; charset=UTF-8", error.Status);
        }
        else
        {
            await JsonAsync(http, error.ToJson(), error.Status);
        }
    }

    private static Task TextAsync(HttpContext http, string text, string contentType, int status)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = bytes.Length;
        return http.Response.Body.WriteAsync(bytes, http.RequestAborted).AsTask();
    }
}
