using System.Text.Json.Nodes;
using BleepStore.Storage.Gcp.TestServer.Http;
using BleepStore.Storage.Gcp.TestServer.State;

namespace BleepStore.Storage.Gcp.TestServer.Operations;

/// <summary>"Objects": get (resource and media), patch, delete.</summary>
internal sealed class ObjectOperations(Project project)
{
    private static readonly string[] OneObject = ["generation", "projection", .. Preconditions.Names()];

    public Task GetAsync(GcsRequest request, string bucket, string name) =>
        Answer.JsonAsync(request.Http, ResourceWriter.Object(Find(request, bucket, name)));

    public Task GetMediaAsync(GcsRequest request, string bucket, string name) => Media.WriteAsync(request, Find(request, bucket, name));

    public async Task PatchAsync(GcsRequest request, string bucket, string name)
    {
        request.AllowOnly(OneObject);
        long? generation = request.Number("generation");
        var preconditions = Preconditions.From(request);
        JsonObject resource = await request.ReadJsonAsync();
        StoredObject patched;
        lock (project.Lock)
        {
            StoredObject current = project.RequireObject(bucket, name, generation);
            preconditions.RequireForWrite(current);
            ObjectSettings settings = ResourceReader.Patch(current.Settings, resource);
            if (settings.StorageClass != current.Settings.StorageClass)
            {
                // "Changing storage classes": only by rewriting.
                throw GcsError.Invalid("The storage class of an object cannot be changed by a patch.");
            }

            patched = current with { Settings = settings, Metageneration = current.Metageneration + 1, Updated = project.Time.GetUtcNow() };
            project.RequireBucket(bucket).Objects[name] = patched;
        }

        await Answer.JsonAsync(request.Http, ResourceWriter.Object(patched));
    }

    public Task DeleteAsync(GcsRequest request, string bucket, string name)
    {
        request.AllowOnly(["generation", .. Preconditions.Names()]);
        long? generation = request.Number("generation");
        var preconditions = Preconditions.From(request);
        lock (project.Lock)
        {
            // A missing object is 404 with any conditions. The pages do not mention it, but Google's storage-testbench answers so.
            StoredObject current = project.RequireObject(bucket, name, generation);
            preconditions.RequireForWrite(current);
            if (generation is null)
            {
                project.RequireBucket(bucket).Retire(name);
            }
            else
            {
                project.RequireBucket(bucket).Remove(current);
            }
        }

        return Answer.EmptyAsync(request.Http, 204);
    }

    private StoredObject Find(GcsRequest request, string bucket, string name)
    {
        request.AllowOnly(OneObject);
        if (request["projection"] is not (null or "noAcl"))
        {
            throw GcsError.NotModelled("ACLs");
        }

        if (request.Header("If-Match") is not null || request.Header("If-None-Match") is not null)
        {
            throw GcsError.NotModelled("conditions by ETag");
        }

        long? generation = request.Number("generation");
        var preconditions = Preconditions.From(request);
        lock (project.Lock)
        {
            StoredObject found = project.RequireObject(bucket, name, generation);
            preconditions.RequireForRead(found);
            return found;
        }
    }
}
