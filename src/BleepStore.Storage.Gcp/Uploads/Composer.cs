using BleepStore.Storage.Gcp.Wire;
using Google.Apis.Storage.v1;
using Google.Apis.Storage.v1.Data;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp.Uploads;

/// <summary>Composes objects from any number of sources, at most 32 at a time ("Objects: compose").</summary>
internal sealed class Composer(GcpClients clients, GcpRequests requests, string? kmsKeyName)
{
    /// <summary>The maximum number of sources ("Composite objects").</summary>
    public const int MaxSources = 32;

    private const int MaxConcurrency = 8;

    /// <summary>
    /// Joins sources, 32 at a time and level by level, until no more than 32 are left. A single source at the end of a level is passed on
    /// unchanged.
    /// </summary>
    /// <param name="container">The upstream bucket.</param>
    /// <param name="sources">The sources, in order.</param>
    /// <param name="storageClass">The class of all of them.</param>
    /// <param name="nameOf">Names an intermediate, by level and index.</param>
    /// <param name="cancellationToken">Stops the requests.</param>
    public async Task<IReadOnlyList<ComposeSource>> JoinAsync(
        string container,
        IReadOnlyList<ComposeSource> sources,
        string? storageClass,
        Func<int, int, string> nameOf,
        CancellationToken cancellationToken)
    {
        for (int level = 1; sources.Count > MaxSources; level++)
        {
            ComposeSource[][] groups = [.. sources.Chunk(MaxSources)];
            var joined = new ComposeSource[groups.Length];
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrency, CancellationToken = cancellationToken };
            int at = level;
            await Parallel.ForAsync(0, groups.Length, parallel, async (index, token) =>
            {
                if (groups[index] is [var single])
                {
                    joined[index] = single;
                    return;
                }

                string name = nameOf(at, index);

                // No other call writes this name, and the sources are pinned. A repeated compose creates the same object.
                var destination = new GcsObject { StorageClass = storageClass };
                GcsObject made = await ComposeAsync(
                    container, name, groups[index], destination, ifGenerationMatch: null, Repeats.Harmless, new Tries(), token)
                    .ConfigureAwait(false);
                joined[index] = new ComposeSource(name, made.Generation!.Value);
            }).ConfigureAwait(false);
            sources = joined;
        }

        return sources;
    }

    /// <summary>Puts at most 32 objects together in one step.</summary>
    public Task<GcsObject> ComposeAsync(
        string container,
        string name,
        IReadOnlyList<ComposeSource> sources,
        GcsObject destination,
        long? ifGenerationMatch,
        Repeats repeats,
        Tries tries,
        CancellationToken cancellationToken)
    {
        var body = new ComposeRequest
        {
            Destination = destination,
            SourceObjects = [.. sources.Select(
                static source => new ComposeRequest.SourceObjectsData { Name = source.Name, Generation = source.Generation })],
        };
        ObjectsResource.ComposeRequest compose = clients.Service.Objects.Compose(body, container, name);
        compose.IfGenerationMatch = ifGenerationMatch;
        compose.KmsKeyName = kmsKeyName;
        return requests.WriteAsync(compose, repeats, tries, cancellationToken);
    }
}
