using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Gcp.Uploads;

/// <summary>What one completion puts together.</summary>
internal sealed class Completion
{
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidPart"/> or
    /// <see cref="StorageErrorCode.EntityTooSmall"/>.</exception>
    public Completion(CompleteUploadRequest request, ObjectAttributes attributes, IReadOnlyDictionary<int, StoredPart> stored)
    {
        Request = request;
        Attributes = attributes;
        Parts = CompletedParts.Choose(request, stored.ToDictionary(static part => part.Key, static part => part.Value.Part));
        Sources = [.. Parts.Parts.Select(part => stored[part.PartNumber].Source)];
    }

    public CompleteUploadRequest Request { get; }

    public ObjectAttributes Attributes { get; }

    public CompletedParts Parts { get; }

    /// <summary>What is left to be composed: the parts, and then what they were joined into.</summary>
    public IReadOnlyList<ComposeSource> Sources { get; set; }

    /// <summary>By which the intermediates of two completions of one upload are kept apart.</summary>
    public string Id { get; init; } = "own";
}
