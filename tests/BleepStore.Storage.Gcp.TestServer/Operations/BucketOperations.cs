using System.Text.Json.Nodes;
using BleepStore.Storage.Gcp.TestServer.Http;
using BleepStore.Storage.Gcp.TestServer.State;

namespace BleepStore.Storage.Gcp.TestServer.Operations;

/// <summary>"Buckets": insert, get, list, delete.</summary>
internal sealed class BucketOperations(GcsServerOptions options, Project project)
{
    private static readonly string[] Known =
        ["kind", "name", "storageClass", "location", "hierarchicalNamespace", "iamConfiguration", "versioning", "billing", "encryption"];

    public async Task InsertAsync(GcsRequest request)
    {
        request.AllowOnly("project", "projection");
        string projectId = RequireProject(request);
        JsonObject resource = await request.ReadJsonAsync();
        if (resource.Select(static property => property.Key).Except(Known).FirstOrDefault() is { } unknown)
        {
            throw GcsError.NotModelled($"the property '{unknown}' of a bucket");
        }

        string name = ResourceReader.Text(resource, "name") ?? throw GcsError.Required("Required");
        Names.RequireBucket(name);
        string? storageClass = ResourceReader.Text(resource, "storageClass");
        StorageClasses.Require(storageClass);
        bool hasHierarchy = resource["hierarchicalNamespace"]?["enabled"]?.GetValue<bool>() ?? false;
        Bucket bucket;
        lock (project.Lock)
        {
            if (project.FindBucket(name) is not null)
            {
                throw GcsError.Conflict("Your previous request to create the named bucket succeeded and you already own it.");
            }

            bucket = new Bucket(name, projectId, storageClass ?? StorageClasses.Standard, hasHierarchy, project.Time.GetUtcNow())
            {
                IsVersioned = resource["versioning"]?["enabled"]?.GetValue<bool>() ?? options.VersionsBuckets,
                IsRequesterPays = resource["billing"]?["requesterPays"]?.GetValue<bool>() ?? false,
                DefaultKmsKeyName = resource["encryption"]?["defaultKmsKeyName"]?.GetValue<string>(),
            };
            project.Add(bucket);
        }

        await Answer.JsonAsync(request.Http, ResourceWriter.Bucket(bucket));
    }

    public Task GetAsync(GcsRequest request, string name)
    {
        request.AllowOnly("projection");
        JsonObject resource;
        lock (project.Lock)
        {
            resource = ResourceWriter.Bucket(project.RequireBucket(name));
        }

        return Answer.JsonAsync(request.Http, resource);
    }

    public Task ListAsync(GcsRequest request)
    {
        request.AllowOnly("project", "projection", "prefix", "maxResults", "pageToken");
        string projectId = RequireProject(request);
        int size = Paging.Size(request, options.PageLimit);
        string after = Paging.After(request) ?? "";
        var page = new JsonObject { ["kind"] = "storage#buckets" };
        var items = new JsonArray();
        lock (project.Lock)
        {
            foreach (Bucket bucket in project.Buckets)
            {
                bool asked = bucket.ProjectId == projectId
                    && bucket.Name.StartsWith(request["prefix"] ?? "", StringComparison.Ordinal)
                    && NameOrder.Instance.Compare(bucket.Name, after) > 0;
                if (asked && items.Count == size)
                {
                    page["nextPageToken"] = Paging.Token(items[^1]!["name"]!.GetValue<string>());
                    break;
                }

                if (asked)
                {
                    items.Add(ResourceWriter.Bucket(bucket));
                }
            }
        }

        if (items.Count > 0)
        {
            page["items"] = items;
        }

        return Answer.JsonAsync(request.Http, page);
    }

    public Task DeleteAsync(GcsRequest request, string name)
    {
        request.AllowOnly();
        lock (project.Lock)
        {
            Bucket bucket = project.RequireBucket(name);
            if (!bucket.IsEmpty)
            {
                throw GcsError.Conflict("The bucket you tried to delete is not empty.");
            }

            project.Remove(bucket);
        }

        return Answer.EmptyAsync(request.Http, 204);
    }

    private static string RequireProject(GcsRequest request) =>
        request["project"] is { Length: > 0 } id ? id : throw GcsError.Required("Required parameter: project");
}
