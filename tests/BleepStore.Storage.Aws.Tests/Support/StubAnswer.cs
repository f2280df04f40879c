using System.Net;
using System.Text;

namespace BleepStore.Storage.Aws.Tests.Support;

/// <summary>An answer of the service that a test makes up.</summary>
internal static class StubAnswer
{
    public const string Md5OfNothing = "d41d8cd98f00b204e9800998ecf8427e";

    public static HttpResponseMessage Error(int status, string code) =>
        Xml($"<Error><Code>{code}</Code><Message>Told by the stub.</Message><RequestId>request-1</RequestId></Error>", status);

    /// <summary>The answer to a write that succeeded.</summary>
    public static HttpResponseMessage Written(string etag) => Bare(200).With("ETag", $"\"{etag}\"");

    /// <summary>The answer to a HEAD or GET.</summary>
    public static HttpResponseMessage Object(byte[] content, string etag, params (string Name, string Value)[] metadata)
    {
        HttpResponseMessage answer = Bare(200).With("ETag", $"\"{etag}\"");
        answer.Content = new ByteArrayContent(content);
        answer.Content.Headers.TryAddWithoutValidation("Last-Modified", "Sun, 22 Nov 2026 10:00:00 GMT");
        foreach ((string name, string value) in metadata)
        {
            answer.With("x-amz-meta-" + name, value);
        }

        return answer;
    }

    public static HttpResponseMessage Xml(string xml, int status = 200)
    {
        HttpResponseMessage answer = Bare(status);
        answer.Content = new StringContent("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + xml, Encoding.UTF8, "application/xml");
        return answer;
    }

    /// <summary>The answer of a proxy between the client and the service.</summary>
    public static HttpResponseMessage Html(string html, int status)
    {
        HttpResponseMessage answer = Foreign(status);
        answer.Content = new StringContent(html, Encoding.UTF8, "text/html");
        return answer;
    }

    public static HttpResponseMessage Bare(int status) => Foreign(status).With("x-amz-request-id", "request-1");

    /// <summary>An answer that shows nothing of S3.</summary>
    public static HttpResponseMessage Foreign(int status) =>
        new HttpResponseMessage((HttpStatusCode)status).With("Date", "Sun, 22 Nov 2026 10:00:05 GMT");

    public static HttpResponseMessage With(this HttpResponseMessage answer, string name, string value)
    {
        answer.Headers.TryAddWithoutValidation(name, value);
        return answer;
    }
}
