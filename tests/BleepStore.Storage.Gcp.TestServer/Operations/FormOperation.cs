using BleepStore.Storage.Gcp.TestServer.Http;
using BleepStore.Storage.Gcp.TestServer.Signing;
using BleepStore.Storage.Gcp.TestServer.State;

namespace BleepStore.Storage.Gcp.TestServer.Operations;

/// <summary>Stores the file of a form ("Upload an object with HTML forms").</summary>
internal sealed class FormOperation(Project project, PostPolicy policies)
{
    private const string SuccessStatus = "success_action_status";
    private const string MetadataPrefix = "x-goog-meta-";

    private static readonly string[] Known =
    [
        PostForm.KeyField, "bucket", "policy", "content-type", "content-encoding", "content-disposition", "cache-control", SuccessStatus,
        "x-goog-algorithm", "x-goog-credential", "x-goog-date", "x-goog-signature",
    ];

    public async Task RunAsync(GcsRequest request, string bucket)
    {
        request.AllowOnly();
        PostForm form = await PostForm.ReadAsync(request);
        policies.Verify(form, bucket);
        if (form.Fields.Keys.FirstOrDefault(static name => !IsKnown(name.ToLowerInvariant())) is { } unknown)
        {
            throw GcsError.NotModelled($"the field '{unknown}' of a form");
        }

        Names.RequireObject(form.Name);
        var target = new NewObject
        {
            Bucket = bucket,
            Name = form.Name,
            Settings = new ObjectSettings
            {
                ContentType = form["content-type"] ?? "application/octet-stream",
                ContentEncoding = form["content-encoding"],
                ContentDisposition = form["content-disposition"],
                CacheControl = form["cache-control"],
                Metadata = XmlHeaders.Metadata(form.Fields),
            },
            Preconditions = new Preconditions(null, null, null, null),
        };
        StoredObject stored = target.Store(project, form.File);
        XmlHeaders.Set(request.Http.Response, stored);
        await Answer.EmptyAsync(request.Http, form[SuccessStatus] switch
        {
            null or "204" => 204,
            "200" => 200,
            var other => throw GcsError.NotModelled($"the status '{other}' of a form"),
        });
    }

    private static bool IsKnown(string field) =>
        Known.Contains(field)
        || field.StartsWith(MetadataPrefix, StringComparison.Ordinal)
        || field.StartsWith("x-ignore-", StringComparison.Ordinal);
}
