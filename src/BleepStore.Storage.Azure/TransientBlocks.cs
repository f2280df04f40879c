using System.Collections.Concurrent;

namespace BleepStore.Storage.Azure;

/// <summary>What this process has staged for an upload inside one of its own calls: no record upstream, and at completion no question what is there.</summary>
internal sealed class TransientBlocks(ObjectAttributes attributes)
{
    public ObjectAttributes Attributes { get; } = attributes;

    /// <summary>Whether a part was sent: then something may be there to take away.</summary>
    public bool MayHaveStaged { get; set; }

    /// <summary>Whether the blocks were committed, on a blob of the upload's own.</summary>
    public bool IsCommitted { get; set; }

    /// <summary>The block and the size of every part, by number.</summary>
    public ConcurrentDictionary<int, StagedBlock> Parts { get; } = [];
}
