using System.Net.Http.Headers;

namespace BleepStore.Storage.Conformance.Support;

/// <summary>Sends what was presigned as any HTTP client does, which knows nothing of the library and has no credential.</summary>
internal static class PlainHttp
{
    private const string Length = "Content-Length";

    private static readonly HttpClient Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    /// <summary>Sends the request that a URL allows, with the headers that it needs.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="body">The bytes of a put.</param>
    /// <param name="headers">Headers in place of those of the same name. <see langword="null"/> leaves one out.</param>
    /// <param name="method">Another method than the URL is for.</param>
    /// <param name="address">Another address than that of the URL.</param>
    public static async Task<HttpAnswer> SendAsync(
        PresignedUrl url,
        byte[]? body = null,
        IReadOnlyDictionary<string, string?>? headers = null,
        string? method = null,
        Uri? address = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method ?? url.Method), address ?? url.Url);
        request.Content = body is null ? null : new ByteArrayContent(body);
        foreach ((string name, string value) in Replaced(url.RequiredHeaders, headers).Where(static header => header.Key != Length))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await SendAsync(request);
    }

    /// <summary>Sends a form as a browser does, with the fields in their order, then the file.</summary>
    /// <param name="form">The form.</param>
    /// <param name="fileName">The name of the file.</param>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="fields">Fields in place of those of the same name. <see langword="null"/> leaves one out.</param>
    public static async Task<HttpAnswer> SendAsync(
        PresignedPost form, string fileName, byte[] content, IReadOnlyDictionary<string, string?>? fields = null)
    {
        string boundary = $"----bleepstore{Guid.NewGuid():N}";
        IEnumerable<string> parts =
            Replaced(form.Fields, fields).Select(field => Part(boundary, $"name=\"{field.Key}\"", field.Value + "\r\n"));
        string file = Part(boundary, $"name=\"file\"; filename=\"{fileName}\"\r\nContent-Type: application/x-of-the-browser", "");
        byte[] body = Payload.Join(Payload.Text(string.Concat(parts) + file), content, Payload.Text($"\r\n--{boundary}--\r\n"));
        using var request = new HttpRequestMessage(HttpMethod.Post, form.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={boundary}");
        return await SendAsync(request);
    }

    private static Dictionary<string, string> Replaced(
        IReadOnlyDictionary<string, string> given, IReadOnlyDictionary<string, string?>? others)
    {
        var all = new Dictionary<string, string>(given, StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string? value) in others ?? new Dictionary<string, string?>())
        {
            all.Remove(name);
            if (value is not null)
            {
                all.Add(name, value);
            }
        }

        return all;
    }

    private static string Part(string boundary, string disposition, string value) =>
        $"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{value}";

    private static async Task<HttpAnswer> SendAsync(HttpRequestMessage request)
    {
        using HttpResponseMessage response = await Client.SendAsync(request);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, HeaderStringValues values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            headers[name] = values.ToString();
        }

        return new HttpAnswer(response.StatusCode, headers, body);
    }
}
