using System.Security.Cryptography;

namespace BleepStore.Storage.Aws.Tests.Support;

/// <summary>
/// A server in memory that does with conditions what a test says, and otherwise what S3 does. Knows puts, gets, copies, uploads of one
/// part, heads and deletes.
/// </summary>
internal sealed class ConditionServer(ConditionAnswer ifNoneMatch, ConditionAnswer ifMatch)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string ETag, byte[] Content, string? Token)> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Name, byte[] Content, string? Token)> _uploads = new(StringComparer.Ordinal);
    private int _begun;

    public IReadOnlyCollection<string> Names
    {
        get
        {
            lock (_lock)
            {
                return [.. _objects.Keys];
            }
        }
    }

    public int OpenUploads
    {
        get
        {
            lock (_lock)
            {
                return _uploads.Count;
            }
        }
    }

    /// <summary>The bytes of the one part of the one upload.</summary>
    public byte[] Staged
    {
        get
        {
            lock (_lock)
            {
                return _uploads.Values.Single().Content;
            }
        }
    }

    /// <summary>Another client's write.</summary>
    public void Put(string name, byte[] content)
    {
        lock (_lock)
        {
            Store(name, content, token: null);
        }
    }

    public byte[] Read(string name)
    {
        lock (_lock)
        {
            return _objects[name].Content;
        }
    }

    public HttpResponseMessage Answer(SentRequest request)
    {
        lock (_lock)
        {
            string name = request.Uri.AbsolutePath;
            return request.Kind switch
            {
                "PUT" => Refusal(request, name) ?? StubAnswer.Written(Store(name, request.Body, Token(request))),
                "PUT copy" => Refusal(request, name) ?? Copy(request, name),
                "POST uploads" => Begin(request, name),
                "PUT part" => Part(request, name, request.Body),
                "PUT part copy" => Part(
                    request, name, _objects["/" + Uri.UnescapeDataString(request.Header("x-amz-copy-source")!).TrimStart('/')].Content),
                "POST upload" => Complete(request, name),
                "DELETE upload" => _uploads.Remove(UploadId(request)) ? StubAnswer.Bare(204) : StubAnswer.Error(404, "NoSuchUpload"),
                "DELETE" => (request.Header("If-Match") is null ? null : Refusal(request, name)) ?? Deleted(name),
                "GET" or "HEAD" when _objects.TryGetValue(name, out (string ETag, byte[] Content, string? Token) found) =>
                    StubAnswer.Object(found.Content, found.ETag, found.Token is null ? [] : [("bleepstoretoken", found.Token)]),
                "HEAD" => StubAnswer.Bare(name.Count(static character => character == '/') > 2 ? 404 : 200),
                _ => throw new InvalidOperationException($"Unknown: {request.Kind} {request.Uri}"),
            };
        }
    }

    private static string? Token(SentRequest request) => request.Header("x-amz-meta-bleepstoretoken");

    private static string UploadId(SentRequest request) => request.Uri.Query.Split('&', '?')
        .Single(static pair => pair.StartsWith("uploadId=", StringComparison.Ordinal))["uploadId=".Length..];

    private string Store(string name, byte[] content, string? token)
    {
        string etag = Convert.ToHexStringLower(MD5.HashData(content));
        _objects[name] = (etag, content, token);
        return etag;
    }

    private HttpResponseMessage Copy(SentRequest request, string name)
    {
        string source = "/" + Uri.UnescapeDataString(request.Header("x-amz-copy-source")!).TrimStart('/');
        if (!_objects.TryGetValue(source, out (string ETag, byte[] Content, string? Token) found))
        {
            return StubAnswer.Error(404, "NoSuchKey");
        }

        return request.Header("x-amz-copy-source-if-match") is { } pin && pin != $"\"{found.ETag}\""
            ? StubAnswer.Error(412, "PreconditionFailed")
            : StubAnswer.Xml($"<CopyObjectResult><ETag>\"{Store(name, found.Content, Token(request))}\"</ETag></CopyObjectResult>");
    }

    private HttpResponseMessage Deleted(string name)
    {
        _objects.Remove(name);
        return StubAnswer.Bare(204);
    }

    private HttpResponseMessage Begin(SentRequest request, string name)
    {
        string id = $"upload-{++_begun}";
        _uploads[id] = (name, [], Token(request));
        return StubAnswer.Xml($"<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>");
    }

    private HttpResponseMessage Part(SentRequest request, string name, byte[] content)
    {
        _uploads[UploadId(request)] = (name, content, _uploads[UploadId(request)].Token);
        string etag = Convert.ToHexStringLower(MD5.HashData(content));
        return request.Kind == "PUT part"
            ? StubAnswer.Written(etag)
            : StubAnswer.Xml($"<CopyPartResult><ETag>\"{etag}\"</ETag></CopyPartResult>");
    }

    private HttpResponseMessage Complete(SentRequest request, string name)
    {
        if (!_uploads.TryGetValue(UploadId(request), out (string Name, byte[] Content, string? Token) upload))
        {
            return StubAnswer.Error(404, "NoSuchUpload");
        }

        if (Refusal(request, name) is { } refusal)
        {
            return refusal;
        }

        _uploads.Remove(UploadId(request));
        return StubAnswer.Xml(
            $"<CompleteMultipartUploadResult><ETag>\"{Store(name, upload.Content, upload.Token)}\"</ETag></CompleteMultipartUploadResult>");
    }

    private HttpResponseMessage? Refusal(SentRequest request, string name)
    {
        bool isThere = _objects.TryGetValue(name, out (string ETag, byte[] Content, string? Token) found);
        if (request.Header("If-None-Match") is not null)
        {
            return Judge(ifNoneMatch, holds: !isThere);
        }

        return request.Header("If-Match") is { } wanted
            ? Judge(ifMatch, isThere && wanted == (ifMatch == ConditionAnswer.HonoursBare ? found.ETag : $"\"{found.ETag}\""))
            : null;
    }

    private static HttpResponseMessage? Judge(ConditionAnswer answer, bool holds) => answer switch
    {
        ConditionAnswer.Ignores => null,
        ConditionAnswer.Answers501 => StubAnswer.Error(501, "NotImplemented"),
        ConditionAnswer.Answers400 => StubAnswer.Error(400, "InvalidArgument"),
        _ => holds ? null : StubAnswer.Error(412, "PreconditionFailed"),
    };
}
