namespace BleepStore.Storage;

/// <summary>The reason for a <see cref="SyncChange"/>.</summary>
public enum SyncReason
{
    /// <summary>The target does not have it.</summary>
    Missing,

    /// <summary>Source and target differ in size.</summary>
    SizeDiffers,

    /// <summary>Source and target have the same size and different bytes.</summary>
    BytesDiffer,

    /// <summary>Source and target have the same size. Whether their bytes are the same is unknown.</summary>
    InDoubt,

    /// <summary>The source does not have it.</summary>
    Extra,
}
