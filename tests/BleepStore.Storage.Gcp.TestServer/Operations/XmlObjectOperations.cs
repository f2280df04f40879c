using System.Globalization;
using BleepStore.Storage.Gcp.TestServer.Http;
using BleepStore.Storage.Gcp.TestServer.Signing;
using BleepStore.Storage.Gcp.TestServer.State;
using Microsoft.AspNetCore.Http;

namespace BleepStore.Storage.Gcp.TestServer.Operations;

/// <summary>
/// Objects in the XML API, with the methods that signed URLs need, which are GET, HEAD, PUT and DELETE ("XML API", Objects).
/// </summary>
internal sealed class XmlObjectOperations(Project project, SignedUrl signed)
{
    private const string ContentType = "response-content-type";
    private const string ContentDisposition = "response-content-disposition";

    public Task GetAsync(GcsRequest request, string bucket, string name)
    {
        signed.Verify(request);
        request.AllowOnly([ContentType, ContentDisposition, "generation", .. SignedUrl.Parameters]);
        StoredObject stored;
        lock (project.Lock)
        {
            stored = project.RequireObject(bucket, name, request.Number("generation"));
        }

        HttpResponse response = request.Http.Response;
        Media.SetHeaders(response, stored);
        XmlHeaders.Set(response, stored);

        // The service ignores the parameters where the object has its own values.
        response.ContentType = stored.Settings.ContentType ?? request[ContentType] ?? response.ContentType;
        response.Headers.ContentDisposition = stored.Settings.ContentDisposition ?? request[ContentDisposition];
        return Media.SendBodyAsync(request, stored);
    }

    public async Task PutAsync(GcsRequest request, string bucket, string name)
    {
        signed.Verify(request);
        request.AllowOnly(SignedUrl.Parameters);
        Names.RequireObject(name);
        NewObject target = XmlHeaders.Read(request, bucket, name);
        Content content = await request.ReadContentAsync();
        RequireLength(request.Header(XmlHeaders.LengthRange), content.Length);
        RequireDigest(request.Header("Content-MD5"), content.Md5!);
        StoredObject stored = target.Store(project, content);
        XmlHeaders.Set(request.Http.Response, stored);
        await Answer.EmptyAsync(request.Http, 200);
    }

    public Task DeleteAsync(GcsRequest request, string bucket, string name)
    {
        signed.Verify(request);
        request.AllowOnly(SignedUrl.Parameters);
        lock (project.Lock)
        {
            project.RequireObject(bucket, name, generation: null);
            project.RequireBucket(bucket).Retire(name);
        }

        return Answer.EmptyAsync(request.Http, 204);
    }

    /// <summary>"x-goog-content-length-range": the least and the most, both included.</summary>
    private static void RequireLength(string? range, long length)
    {
        if (range is null)
        {
            return;
        }

        string[] ends = range.Split(',');
        if (ends.Length != 2
            || !long.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out long least)
            || !long.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out long most))
        {
            throw GcsError.Xml(400, "InvalidArgument", "Invalid argument.", $"'{range}' is no range.");
        }

        if (length < least)
        {
            throw GcsError.EntityTooSmall(length, least);
        }

        if (length > most)
        {
            throw GcsError.EntityTooLarge(length, most);
        }
    }

    private static void RequireDigest(string? given, byte[] md5)
    {
        if (given is null)
        {
            return;
        }

        byte[] wanted = new byte[md5.Length];
        if (!Convert.TryFromBase64String(given, wanted, out int length) || length != wanted.Length)
        {
            throw GcsError.Xml(400, "InvalidDigest", "The Content-MD5 you specified was invalid.");
        }

        if (!wanted.AsSpan().SequenceEqual(md5))
        {
            throw GcsError.Xml(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
        }
    }
}
