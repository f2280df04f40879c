using BleepStore.Storage.Gcp.TestServer.Operations;
using BleepStore.Storage.Gcp.TestServer.Signing;

namespace BleepStore.Storage.Gcp.TestServer.Http;

/// <summary>
/// From method and path to the method of the API ("Cloud Storage JSON API": API reference). Signed requests belong to the XML API.
/// </summary>
internal sealed class Router(
    BucketOperations buckets,
    ObjectOperations objects,
    ListOperation list,
    ComposeOperation compose,
    CopyOperations copies,
    UploadOperations uploads,
    ResumableOperations resumable,
    XmlObjectOperations xmlObjects,
    FormOperation forms)
{
    public const string Xml = "xml.";

    public const string Media = "objects.get media";

    /// <summary>The beginnings of the paths of the JSON API.</summary>
    private static readonly string[] JsonRoots = ["storage", "upload", "download"];

    /// <exception cref="GcsError">There is no such method.</exception>
    public Route Resolve(GcsRequest request)
    {
        bool isXml = SignedUrl.IsSigned(request) || PostForm.IsForm(request) || !JsonRoots.Contains(request.Segments[0]);
        return isXml ? OneXml(request) : OneJson(request);
    }

    private Route OneJson(GcsRequest request) => (request.Method, request.Segments) switch
    {
        (_, ["upload", "storage", "v1", "b", var bucket, "o"]) => Upload(request, bucket),
        ("GET", ["download", "storage", "v1", "b", var bucket, "o", var name]) => Get(request, bucket, name),
        (_, ["storage", "v1", "b"]) => Buckets(request),
        (_, ["storage", "v1", "b", var bucket]) => OneBucket(request, bucket),
        ("GET", ["storage", "v1", "b", var bucket, "o"]) => new Route("objects.list", bucket, null, call => list.RunAsync(call, bucket)),
        ("GET", ["storage", "v1", "b", var bucket, "o", var name]) => Get(request, bucket, name),
        ("DELETE", ["storage", "v1", "b", var bucket, "o", var name]) =>
            new Route("objects.delete", bucket, name, call => objects.DeleteAsync(call, bucket, name)),
        ("PATCH", ["storage", "v1", "b", var bucket, "o", var name]) =>
            new Route("objects.patch", bucket, name, call => objects.PatchAsync(call, bucket, name)),
        ("POST", ["storage", "v1", "b", var bucket, "o", var name, "compose"]) =>
            new Route("objects.compose", bucket, name, call => compose.RunAsync(call, bucket, name)),
        ("POST", ["storage", "v1", "b", var from, "o", var source, "rewriteTo", "b", var bucket, "o", var name]) =>
            new Route("objects.rewrite", bucket, name, call => copies.RewriteAsync(call, from, source, bucket, name)),
        ("POST", ["storage", "v1", "b", var from, "o", var source, "copyTo", "b", var bucket, "o", var name]) =>
            new Route("objects.copy", bucket, name, call => copies.CopyAsync(call, from, source, bucket, name)),
        _ => throw new GcsError(404, "notFound", "Not Found"),
    };

    /// <summary>"Request endpoints": path style alone.</summary>
    private Route OneXml(GcsRequest request)
    {
        string bucket = request.Segments[0];
        string name = string.Join('/', request.Segments.Skip(1));
        return (request.Method, name) switch
        {
            ("POST", "") => new Route(Xml + "post", bucket, null, call => forms.RunAsync(call, bucket)),
            (_, "") => new Route(Xml + "bucket", bucket, null, static _ => throw GcsError.NotModelled("buckets of the XML API")),
            ("GET", _) => new Route(Xml + "get", bucket, name, call => xmlObjects.GetAsync(call, bucket, name)),
            ("HEAD", _) => new Route(Xml + "head", bucket, name, call => xmlObjects.GetAsync(call, bucket, name)),
            ("PUT", _) => new Route(Xml + "put", bucket, name, call => xmlObjects.PutAsync(call, bucket, name)),
            ("DELETE", _) => new Route(Xml + "delete", bucket, name, call => xmlObjects.DeleteAsync(call, bucket, name)),
            _ => new Route(Xml + "other", bucket, name, static _ => throw GcsError.Xml(405, "MethodNotAllowed", "Method not allowed.")),
        };
    }

    private Route Get(GcsRequest request, string bucket, string name) => request["alt"] == "media"
        ? new Route(Media, bucket, name, call => objects.GetMediaAsync(call, bucket, name))
        : new Route("objects.get", bucket, name, call => objects.GetAsync(call, bucket, name));

    private Route Buckets(GcsRequest request) => request.Method switch
    {
        "GET" => new Route("buckets.list", null, null, buckets.ListAsync),
        "POST" => new Route("buckets.insert", null, null, buckets.InsertAsync),
        _ => throw NotAllowed(),
    };

    private Route OneBucket(GcsRequest request, string bucket) => request.Method switch
    {
        "GET" => new Route("buckets.get", bucket, null, call => buckets.GetAsync(call, bucket)),
        "DELETE" => new Route("buckets.delete", bucket, null, call => buckets.DeleteAsync(call, bucket)),
        _ => throw NotAllowed(),
    };

    private Route Upload(GcsRequest request, string bucket) => (request.Method, request["uploadType"], request["upload_id"]) switch
    {
        ("POST", "media", null) => new Route("objects.insert media", bucket, request["name"], call => uploads.MediaAsync(call, bucket)),
        ("POST", "multipart", null) =>
            new Route("objects.insert multipart", bucket, request["name"], call => uploads.MultipartAsync(call, bucket)),
        ("POST", "resumable", null) =>
            new Route("objects.insert resumable", bucket, request["name"], call => resumable.BeginAsync(call, bucket)),
        ("PUT", "resumable", { } id) => new Route("resumable.put", bucket, request["name"], call => resumable.PutAsync(call, id)),
        ("DELETE", "resumable", { } id) => new Route("resumable.delete", bucket, request["name"], call => resumable.CancelAsync(call, id)),
        _ => throw GcsError.Invalid("Invalid upload request: uploadType must be media, multipart or resumable."),
    };

    private static GcsError NotAllowed() => new(405, "methodNotAllowed", "Method Not Allowed");
}
