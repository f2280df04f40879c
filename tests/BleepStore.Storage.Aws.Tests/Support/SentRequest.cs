namespace BleepStore.Storage.Aws.Tests.Support;

/// <summary>A request as it went out.</summary>
internal sealed record SentRequest(string Method, Uri Uri, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The short name of the request, with the method and the resource.</summary>
    public string Kind
    {
        get
        {
            string query = Uri.Query;
            string what = query.Contains("uploadId=", StringComparison.Ordinal) ? (
                query.Contains("partNumber=", StringComparison.Ordinal) ? " part" : " upload")
                : query.Contains("uploads", StringComparison.Ordinal) ? " uploads"
                : query.Contains("list-type=2", StringComparison.Ordinal) ? " list"
                : query.Contains("delete", StringComparison.Ordinal) ? " many"
                : "";
            return Method + what + (Headers.ContainsKey("x-amz-copy-source") ? " copy" : "");
        }
    }

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public static async Task<SentRequest> FromAsync(HttpRequestMessage request, bool withBody, CancellationToken cancellationToken)
    {
        byte[] body = withBody && request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];
        IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers = request.Content is null
            ? request.Headers
            : request.Headers.Concat(request.Content.Headers);
        return new SentRequest(
            request.Method.Method,
            request.RequestUri!,
            headers.ToDictionary(
                static header => header.Key, static header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
            body);
    }
}
