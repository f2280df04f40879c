using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using BleepStore.Storage.Gcp.TestServer.Http;
using BleepStore.Storage.Gcp.TestServer.State;

namespace BleepStore.Storage.Gcp.TestServer.Operations;

/// <summary>Implements "Objects: compose" and "Composite objects".</summary>
internal sealed class ComposeOperation(Project project)
{
    private const int MaxSources = 32;

    public async Task RunAsync(GcsRequest request, string bucket, string name)
    {
        request.AllowOnly("ifGenerationMatch", "ifMetagenerationMatch", "kmsKeyName");
        Names.RequireObject(name);
        var preconditions = Preconditions.From(request);
        JsonObject body = await request.ReadJsonAsync();
        List<Source> sources = Sources(body);
        var destination = body["destination"] as JsonObject ?? [];
        ObjectSettings settings = ResourceReader.Read(destination);
        StoredObject made;
        lock (project.Lock)
        {
            StoredObject[] parts = [.. sources.Select(source => Require(bucket, source))];
            preconditions.RequireForWrite(project.RequireBucket(bucket).Objects.GetValueOrDefault(name));
            string storageClass = parts[0].StorageClass;
            if (Array.Exists(parts, part => part.StorageClass != storageClass)
                || (settings.StorageClass is { } wanted && wanted != storageClass))
            {
                throw GcsError.Invalid("The source objects of a compose request and its result must have the same storage class.");
            }

            Content content = Content.Compose(parts.Select(static part => part.Content));
            if (ResourceReader.Text(destination, "crc32c") is { } crc && crc != content.Crc32C)
            {
                throw GcsError.Invalid($"Provided CRC32C \"{crc}\" doesn't match calculated CRC32C \"{content.Crc32C}\".");
            }

            // An md5Hash that is given is ignored ("Composite object metadata").
            made = project.Put(
                bucket,
                name,
                content,
                settings with { StorageClass = storageClass },
                parts.Sum(static part => part.ComponentCount ?? 1),
                request["kmsKeyName"]);
        }

        await Answer.JsonAsync(request.Http, ResourceWriter.Object(made));
    }

    private static List<Source> Sources(JsonObject body)
    {
        if (body.Select(static property => property.Key).Except(["kind", "destination", "sourceObjects"]).FirstOrDefault() is { } unknown)
        {
            throw GcsError.NotModelled($"the property '{unknown}' of a composition");
        }

        if (body["sourceObjects"] is not JsonArray { Count: > 0 } given)
        {
            throw GcsError.Required("You must provide at least one source component.");
        }

        return given.Count <= MaxSources
            ? [.. given.Select(static node => Source.Read(node as JsonObject ?? throw GcsError.Invalid("A source object is no object.")))]
            : throw GcsError.Invalid($"The number of source components provided ({given.Count}) exceeds the maximum ({MaxSources})");
    }

    private StoredObject Require(string bucket, Source source)
    {
        StoredObject found = project.RequireObject(bucket, source.Name, source.Generation);
        new Preconditions(source.GenerationMatch, null, null, null).RequireForWrite(found);
        return found;
    }

    private sealed record Source(string Name, long? Generation, long? GenerationMatch)
    {
        public static Source Read(JsonObject source) => new(
            ResourceReader.Text(source, "name") ?? throw GcsError.Required("A source object has no name."),
            Number(source["generation"]),
            Number((source["objectPreconditions"] as JsonObject)?["ifGenerationMatch"]));

        /// <summary>64-bit numbers come as text, or as a number.</summary>
        private static long? Number(JsonNode? node) => node?.GetValueKind() switch
        {
            null => null,
            JsonValueKind.String when long.TryParse(
                node.GetValue<string>(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) => number,
            JsonValueKind.Number => node.GetValue<long>(),
            _ => throw GcsError.Invalid("A generation is no number."),
        };
    }
}
