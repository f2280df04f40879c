namespace BleepStore.Storage;

/// <summary>The reason for a <see cref="SyncChange"/>.</summary>
public enum SyncReason
{
    /// <summary>The target does not have it.</summary>
    Missing,

    /// <summary>Source and target have another number of bytes.</summary>
    SizeDiffers,

    /// <summary>Source and target have as many bytes, and others.</summary>
    BytesDiffer,

    /// <summary>Source and target have the same number of bytes. Whether the bytes are the same is unknown.</summary>
    InDoubt,

    /// <summary>The source does not have it.</summary>
    Extra,
}
