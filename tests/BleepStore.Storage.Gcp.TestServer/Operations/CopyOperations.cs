using System.Text.Json.Nodes;
using BleepStore.Storage.Gcp.TestServer.Http;
using BleepStore.Storage.Gcp.TestServer.State;

namespace BleepStore.Storage.Gcp.TestServer.Operations;

/// <summary>"Objects: rewrite" and "Objects: copy".</summary>
internal sealed class CopyOperations(GcsServerOptions options, Project project)
{
    private const long MiB = 1024 * 1024;

    private static readonly string[] Parameters =
    [
        "sourceGeneration", "projection", "destinationKmsKeyName", .. Preconditions.Names(), .. Preconditions.Names("ifSource"),
    ];

    public async Task CopyAsync(GcsRequest request, string fromBucket, string source, string bucket, string name)
    {
        request.AllowOnly(Parameters);
        Names.RequireObject(name);
        JsonObject resource = await request.ReadJsonAsync();
        StoredObject made;
        lock (project.Lock)
        {
            StoredObject from = Check(request, fromBucket, source, bucket, name);
            made = Make(request, from, bucket, name, resource);
        }

        await Answer.JsonAsync(request.Http, ResourceWriter.Object(made));
    }

    public async Task RewriteAsync(GcsRequest request, string fromBucket, string source, string bucket, string name)
    {
        request.AllowOnly([.. Parameters, "rewriteToken", "maxBytesRewrittenPerCall"]);
        Names.RequireObject(name);
        byte[] body = await request.ReadBodyAsync();
        JsonObject resource = GcsRequest.ParseJson(body);
        JsonObject answer;
        lock (project.Lock)
        {
            StoredObject from = Check(request, fromBucket, source, bucket, name);
            answer = Rewrite(request, from, bucket, name, resource, Convert.ToBase64String(body));
        }

        await Answer.JsonAsync(request.Http, answer);
    }

    private JsonObject Rewrite(GcsRequest request, StoredObject from, string bucket, string name, JsonObject resource, string body)
    {
        long? perCall = PerCall(request, from, bucket, resource);

        // The token belongs to the same call, so another source, destination, body or number of bytes makes it invalid. A call whose answer
        // was lost is sent again with the same token.
        string call = $"{from.Bucket}\n{from.Name}\n{bucket}\n{name}\n{perCall}\n{body}";
        RewriteProgress before = new(call, from.Generation, 0);
        if (request["rewriteToken"] is { } token)
        {
            before = project.Rewrites.TryGetValue(token, out RewriteProgress? kept) && kept.Call == call
                ? kept
                : throw GcsError.Invalid("The rewrite token is invalid.");
        }

        if (before.SourceGeneration != from.Generation)
        {
            // The page is silent about a source that is replaced meanwhile. The copied bytes must belong to one generation, so it is
            // refused here.
            throw GcsError.ConditionNotMet();
        }

        long size = from.Content.Length;
        long done = Math.Min(size, perCall is { } most ? before.Done + most : size);
        var answer = new JsonObject
        {
            ["kind"] = "storage#rewriteResponse",
            ["totalBytesRewritten"] = ResourceWriter.Text(done),
            ["objectSize"] = ResourceWriter.Text(size),
            ["done"] = done == size,
        };
        if (done < size)
        {
            string next = Guid.NewGuid().ToString("N");
            project.Rewrites[next] = before with { Done = done };
            answer["rewriteToken"] = next;
        }
        else
        {
            answer["resource"] = ResourceWriter.Object(Make(request, from, bucket, name, resource));
        }

        return answer;
    }

    /// <summary>
    /// The number of bytes that one call copies. The client's limit counts only where locations or classes differ
    /// ("maxBytesRewrittenPerCall").
    /// </summary>
    private long? PerCall(GcsRequest request, StoredObject from, string bucket, JsonObject resource)
    {
        if (request.Number("maxBytesRewrittenPerCall") is not { } asked)
        {
            return options.RewriteBytesPerCall;
        }

        if (asked == 0 || asked % MiB != 0)
        {
            throw GcsError.Invalid("maxBytesRewrittenPerCall must be a multiple of 1 MiB.");
        }

        bool sameClass = StorageClassOf(bucket, resource) == from.StorageClass;
        return sameClass ? options.RewriteBytesPerCall : Math.Min(asked, options.RewriteBytesPerCall ?? asked);
    }

    private StoredObject Check(GcsRequest request, string fromBucket, string source, string bucket, string name)
    {
        StoredObject from = project.RequireObject(fromBucket, source, request.Number("sourceGeneration"));
        Preconditions.From(request, "ifSource").RequireForWrite(from);
        Preconditions.From(request).RequireForWrite(project.RequireBucket(bucket).Objects.GetValueOrDefault(name));
        return from;
    }

    private StoredObject Make(GcsRequest request, StoredObject from, string bucket, string name, JsonObject resource)
    {
        ObjectSettings settings = ResourceReader.SaysAnything(resource)
            ? ResourceReader.Read(resource)
            : from.Settings with { StorageClass = null };
        string storageClass = StorageClassOf(bucket, resource);

        // A composite object stays one. Across classes it has one component ("Objects: rewrite").
        int? components = from.ComponentCount is { } count ? (storageClass == from.StorageClass ? count : 1) : null;
        return project.Put(
            bucket, name, from.Content, settings with { StorageClass = storageClass }, components, request["destinationKmsKeyName"]);
    }

    /// <summary>
    /// The resource's, else the destination bucket's default ("Storage classes": what is written without one gets the bucket's).
    /// </summary>
    private string StorageClassOf(string bucket, JsonObject resource) =>
        ResourceReader.Text(resource, "storageClass") ?? project.RequireBucket(bucket).StorageClass;
}
