namespace BleepStore.Storage;

/// <summary>Why a <see cref="SyncChange"/> is to be made.</summary>
public enum SyncReason
{
    /// <summary>The target does not have it.</summary>
    Missing,

    /// <summary>Source and target have another number of bytes.</summary>
    SizeDiffers,

    /// <summary>Source and target have as many bytes, and others.</summary>
    BytesDiffer,

    /// <summary>Source and target have as many bytes. Whether they are the same cannot be told.</summary>
    InDoubt,

    /// <summary>The source does not have it.</summary>
    Extra,
}
