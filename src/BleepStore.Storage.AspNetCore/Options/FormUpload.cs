using Microsoft.Extensions.Primitives;

namespace BleepStore.Storage;

/// <summary>A form whose files were stored. Immutable.</summary>
public sealed record FormUpload
{
    /// <summary>The files that were stored, in the order of the form.</summary>
    public required IReadOnlyList<StoredFormFile> Files { get; init; }

    /// <summary>The fields. A field that stands in the form several times has several values.</summary>
    public required IReadOnlyDictionary<string, StringValues> Fields { get; init; }
}
