using Microsoft.Extensions.Primitives;

namespace BleepStore.Storage;

/// <summary>A file of a form, before its bytes are read. Everything here is the client's word. Immutable.</summary>
public sealed record FormFileInfo
{
    /// <summary>The name of the form's field.</summary>
    public required string FieldName { get; init; }

    /// <summary>
    /// The name of the file without its folder, in any language (<c>filename*</c> before <c>filename</c>). It is no safe key. Two files can
    /// have the same name, and one client can use the name of another's file.
    /// </summary>
    public required string FileName { get; init; }

    /// <summary>The content type. The default is none.</summary>
    public string? ContentType { get; init; }

    /// <summary>The fields that stood before the file.</summary>
    public required IReadOnlyDictionary<string, StringValues> Fields { get; init; }
}
