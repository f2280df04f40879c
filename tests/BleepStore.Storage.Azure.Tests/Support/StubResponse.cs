using System.Diagnostics.CodeAnalysis;
using System.Text;
using Azure;
using Azure.Core;

namespace BleepStore.Storage.Azure.Tests.Support;

/// <summary>An answer of the service that a test makes up.</summary>
internal sealed class StubResponse(int status, string? errorCode = null) : Response
{
    /// <summary>Every answer of the service names the request.</summary>
    private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase) { ["x-ms-request-id"] = "request-1" };

    public override int Status => status;

    public override string ReasonPhrase => errorCode ?? "";

    public override Stream? ContentStream { get; set; } = new MemoryStream();

    public override string ClientRequestId { get; set; } = "";

    public static StubResponse Error(int status, string? code)
    {
        StubResponse response = new(status, code);
        if (code is not null)
        {
            response.With("x-ms-error-code", code).With("Content-Type", "application/xml");
            response.ContentStream = new MemoryStream(Encoding.UTF8.GetBytes(
                $"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>Told by the " +
                "stub.\nRequestId:request-1</Message></Error>"));
        }

        return response;
    }

    /// <summary>The answer to a write that succeeded.</summary>
    public static StubResponse Written(string etag = "0x1") =>
        new StubResponse(201)
            .With("ETag", $"\"{etag}\"")
            .With("Last-Modified", "Sun, 22 Nov 2026 10:00:00 GMT")
            .With("x-ms-request-server-encrypted", "true");

    /// <summary>The answer to a HEAD or GET of a blob.</summary>
    public static StubResponse Blob(byte[] content, string etag = "0x1", params (string Name, string Value)[] metadata)
    {
        StubResponse response = new StubResponse(200).With("ETag", $"\"{etag}\"").With("Last-Modified", "Sun, 22 Nov 2026 10:00:00 GMT")
            .With("Content-Length", $"{content.Length}")
            .With("Content-Type", "application/octet-stream")
            .With("x-ms-blob-type", "BlockBlob")
            .With("x-ms-creation-time", "Sun, 22 Nov 2026 10:00:00 GMT");
        foreach ((string name, string value) in metadata)
        {
            response.With("x-ms-meta-" + name, value);
        }

        response.ContentStream = new MemoryStream(content);
        return response;
    }

    public static StubResponse Xml(string xml)
    {
        StubResponse response = new StubResponse(200).With("Content-Type", "application/xml");
        response.ContentStream = new MemoryStream(Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"utf-8\"?>" + xml));
        return response;
    }

    public StubResponse With(string name, string value)
    {
        _headers[name] = value;
        return this;
    }

    public StubResponse Without(params string[] names)
    {
        foreach (string name in names)
        {
            _headers.Remove(name);
        }

        return this;
    }

    public override void Dispose() => ContentStream?.Dispose();

    protected override bool ContainsHeader(string name) => _headers.ContainsKey(name);

    protected override IEnumerable<HttpHeader> EnumerateHeaders() =>
        _headers.Select(static header => new HttpHeader(header.Key, header.Value));

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => _headers.TryGetValue(name, out value);

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
    {
        values = _headers.TryGetValue(name, out string? value) ? [value] : null;
        return values is not null;
    }
}
