using BleepStore.Storage.Gcp.TestServer.State;

namespace BleepStore.Storage.Gcp.TestServer.Http;

/// <summary>"Request preconditions", those by generation and metageneration.</summary>
internal sealed record Preconditions(
    long? GenerationMatch, long? GenerationNotMatch, long? MetagenerationMatch, long? MetagenerationNotMatch)
{
    /// <param name="request">The request.</param>
    /// <param name="prefix"><c>if</c>, or <c>ifSource</c> for the source of a copy.</param>
    public static Preconditions From(GcsRequest request, string prefix = "if")
    {
        var read = new Preconditions(
            request.Number(prefix + "GenerationMatch"),
            request.Number(prefix + "GenerationNotMatch"),
            request.Number(prefix + "MetagenerationMatch"),
            request.Number(prefix + "MetagenerationNotMatch"));

        // The pages do not say it of the JSON API; the messages of the gRPC API do ("ReadObjectRequest"): the two exclude each other.
        return (read.GenerationMatch, read.GenerationNotMatch) is (not null, not null)
            || (read.MetagenerationMatch, read.MetagenerationNotMatch) is (not null, not null)
            ? throw GcsError.Invalid("A condition and its opposite cannot both be asked for.")
            : read;
    }

    /// <summary>The names of the parameters, for the list of what an operation takes.</summary>
    public static string[] Names(string prefix = "if") =>
        [prefix + "GenerationMatch", prefix + "GenerationNotMatch", prefix + "MetagenerationMatch", prefix + "MetagenerationNotMatch"];

    /// <summary>A read that asks for what has changed and finds the same is 304; all else is 412.</summary>
    public void RequireForRead(StoredObject current)
    {
        RequireMatches(current.Generation, current.Metageneration);
        if (GenerationNotMatch == current.Generation || MetagenerationNotMatch == current.Metageneration)
        {
            throw GcsError.NotModified();
        }
    }

    /// <summary>Before a write, a missing object counts as generation 0, so <c>ifGenerationMatch=0</c> holds then.</summary>
    public void RequireForWrite(StoredObject? current)
    {
        RequireMatches(current?.Generation ?? 0, current?.Metageneration ?? 0);
        if (GenerationNotMatch == (current?.Generation ?? 0) || (current is not null && MetagenerationNotMatch == current.Metageneration))
        {
            throw GcsError.ConditionNotMet();
        }
    }

    private void RequireMatches(long generation, long metageneration)
    {
        if ((GenerationMatch is { } wanted && wanted != generation) || (MetagenerationMatch is { } meta && meta != metageneration))
        {
            throw GcsError.ConditionNotMet();
        }
    }
}
