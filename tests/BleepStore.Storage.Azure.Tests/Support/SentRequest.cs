using Azure.Core;

namespace BleepStore.Storage.Azure.Tests.Support;

/// <summary>A request as it went out.</summary>
internal sealed record SentRequest(string Method, Uri Uri, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The short name of the request, with the method and the resource.</summary>
    public string Kind
    {
        get
        {
            string query = Uri.Query;
            string what = query.Contains("comp=list&", StringComparison.Ordinal)
                || query.EndsWith("comp=list", StringComparison.Ordinal) ? " list"
                : query.Contains("comp=blocklist", StringComparison.Ordinal) ? " blocklist"
                : query.Contains("comp=block&", StringComparison.Ordinal) || query.EndsWith("comp=block", StringComparison.Ordinal)
                ? " block"
                : query.Contains("comp=copy&", StringComparison.Ordinal) ? " abort copy"
                : query.Contains("comp=userdelegationkey", StringComparison.Ordinal) ? " key"
                : query.Contains("comp=lease", StringComparison.Ordinal) ? " lease"
                : query.Contains("comp=properties", StringComparison.Ordinal) ? " account"
                : query.Contains("restype=container", StringComparison.Ordinal) ? " container"
                : "";
            return Method + what + (Headers.ContainsKey("x-ms-copy-source") ? " from url" : "");
        }
    }

    /// <summary>How long its answer is waited for, where that was said for it.</summary>
    public TimeSpan? NetworkTimeout { get; init; }

    public static async Task<SentRequest> FromAsync(Request request, bool withBody, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        if (withBody && request.Content is { } content)
        {
            await content.WriteToAsync(body, cancellationToken);
        }

        return new SentRequest(
            request.Method.Method,
            request.Uri.ToUri(),
            request.Headers.ToDictionary(static header => header.Name, static header => header.Value, StringComparer.OrdinalIgnoreCase),
            body.ToArray());
    }

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
