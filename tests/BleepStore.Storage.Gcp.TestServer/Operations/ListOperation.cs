using System.Text.Json.Nodes;
using BleepStore.Storage.Gcp.TestServer.Http;
using BleepStore.Storage.Gcp.TestServer.State;

namespace BleepStore.Storage.Gcp.TestServer.Operations;

/// <summary>"Objects: list".</summary>
internal sealed class ListOperation(GcsServerOptions options, Project project)
{
    public Task RunAsync(GcsRequest request, string bucket)
    {
        request.AllowOnly("prefix", "delimiter", "startOffset", "endOffset", "maxResults", "pageToken", "projection", "versions");
        if (request.Flag("versions"))
        {
            throw GcsError.NotModelled("versions of objects");
        }

        // ACLs are what "full" would add.
        if (request["projection"] is not (null or "noAcl"))
        {
            throw GcsError.NotModelled("ACLs");
        }

        var query = new Query(
            request["prefix"] ?? "",
            request["delimiter"] is { Length: > 0 } delimiter ? delimiter : null,
            request["startOffset"] ?? "",
            request["endOffset"] is { Length: > 0 } end ? end : null,
            Paging.Size(request, options.PageLimit),
            Paging.After(request));
        JsonObject page;
        lock (project.Lock)
        {
            page = List(project.RequireBucket(bucket), query);
        }

        return Answer.JsonAsync(request.Http, page);
    }

    private static JsonObject List(Bucket bucket, Query query)
    {
        var items = new JsonArray();
        var prefixes = new JsonArray();
        string? last = query.After;
        bool more = false;
        foreach ((string name, StoredObject stored) in bucket.Objects)
        {
            string? prefix = query.RollUp(name);
            if (!query.Covers(name) || (prefix is not null && prefix == last))
            {
                continue;
            }

            if (items.Count + prefixes.Count == query.Size)
            {
                more = true;
                break;
            }

            if (prefix is not null)
            {
                prefixes.Add(prefix);
            }
            else
            {
                items.Add(ResourceWriter.Object(stored));
            }

            last = prefix ?? name;
        }

        var page = new JsonObject { ["kind"] = "storage#objects" };
        if (more)
        {
            page["nextPageToken"] = Paging.Token(last!);
        }

        if (prefixes.Count > 0)
        {
            page["prefixes"] = prefixes;
        }

        if (items.Count > 0)
        {
            page["items"] = items;
        }

        return page;
    }

    private sealed record Query(string Prefix, string? Delimiter, string Start, string? End, int Size, string? After)
    {
        /// <summary>Whether the name is asked for at all. The offsets are about objects: a prefix shows when an object under it is between them.</summary>
        public bool Covers(string name) =>
            name.StartsWith(Prefix, StringComparison.Ordinal)
            && NameOrder.Instance.Compare(name, Start) >= 0
            && (End is null || NameOrder.Instance.Compare(name, End) < 0)
            && (After is null || NameOrder.Instance.Compare(name, After) > 0);

        public string? RollUp(string name)
        {
            int at = Delimiter is null || !name.StartsWith(Prefix, StringComparison.Ordinal) ? -1 : name.IndexOf(Delimiter, Prefix.Length, StringComparison.Ordinal);
            return at < 0 ? null : name[..(at + Delimiter!.Length)];
        }
    }
}
