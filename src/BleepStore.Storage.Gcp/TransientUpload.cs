using System.Collections.Concurrent;

namespace BleepStore.Storage.Gcp;

/// <summary>An upload inside one of this process's own calls: it is known here what is stored, so that nobody needs to be asked.</summary>
internal sealed class TransientUpload(ObjectAttributes attributes)
{
    public ObjectAttributes Attributes { get; } = attributes;

    /// <summary>The generation of the upload's record; <see langword="null"/> while its creation has not been answered.</summary>
    public long? RecordGeneration { get; set; }

    /// <summary>The latest of every number.</summary>
    public ConcurrentDictionary<int, StoredPart> Parts { get; } = [];
}
