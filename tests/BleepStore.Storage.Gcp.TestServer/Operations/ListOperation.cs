using System.Globalization;
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
            Paging.After(request),
            request.Flag("versions"));
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
        string? last = query.AfterName;
        string token = "";
        bool more = false;
        IEnumerable<(string Name, StoredObject Stored, bool IsLive)> all =
            query.Versions ? bucket.Versions : bucket.Objects.Select(static entry => (entry.Key, entry.Value, true));
        foreach ((string name, StoredObject stored, bool isLive) in all)
        {
            string? prefix = query.RollUp(name);
            if (!query.Covers(name, stored.Generation) || (prefix is not null && prefix == last))
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
                items.Add(ResourceWriter.Listed(stored, isLive));
            }

            last = prefix ?? name;
            token = query.TokenOf(last, prefix is null ? stored.Generation : long.MaxValue);
        }

        var page = new JsonObject { ["kind"] = "storage#objects" };
        if (more)
        {
            page["nextPageToken"] = Paging.Token(token);
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

    private sealed record Query(string Prefix, string? Delimiter, string Start, string? End, int Size, string? After, bool Versions)
    {
        private const char GenerationMark = '\n';

        /// <summary>No name holds a line break.</summary>
        public string? AfterName => After?.Split(GenerationMark)[0];

        private long AfterGeneration =>
            After?.Split(GenerationMark) is [_, var generation] ? long.Parse(generation, CultureInfo.InvariantCulture) : long.MaxValue;

        public string TokenOf(string name, long generation) =>
            Versions ? string.Create(CultureInfo.InvariantCulture, $"{name}{GenerationMark}{generation}") : name;

        /// <summary>
        /// Whether the name is asked for at all. The offsets apply to objects, so a prefix is listed when an object under it is between
        /// them.
        /// </summary>
        public bool Covers(string name, long generation) =>
            name.StartsWith(Prefix, StringComparison.Ordinal)
            && NameOrder.Instance.Compare(name, Start) >= 0
            && (End is null || NameOrder.Instance.Compare(name, End) < 0)
            && (AfterName is not { } after || NameOrder.Instance.Compare(
                name, after) > 0 || (Versions && name == after && generation > AfterGeneration));

        public string? RollUp(string name)
        {
            int at = Delimiter is null || !name.StartsWith(Prefix, StringComparison.Ordinal)
                ? -1
                : name.IndexOf(Delimiter, Prefix.Length, StringComparison.Ordinal);
            return at < 0 ? null : name[..(at + Delimiter!.Length)];
        }
    }
}
