using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Gcp.Uploads;

/// <summary>The data of one completion.</summary>
internal sealed class Completion
{
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.InvalidPart"/> or <see cref="StorageErrorCode.EntityTooSmall"/>.
    /// </exception>
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

    /// <summary>The sources that are left to compose. They are first the parts, and later the objects that they were joined into.</summary>
    public IReadOnlyList<ComposeSource> Sources { get; set; }

    /// <summary>Whether an earlier commit may have landed and then been overwritten. Its object does not show that.</summary>
    public bool MayHaveLanded { get; set; }

    /// <summary>By which the intermediates of two completions of one upload are kept apart.</summary>
    public string Id { get; init; } = "own";
}
