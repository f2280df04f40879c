namespace BleepStore.Storage.Azure.Wire;

/// <summary>The kind of part in a block.</summary>
[Flags]
internal enum BlockFlags
{
    None = 0,

    /// <summary>The server copied it, so its digest is no MD5.</summary>
    Copied = 1,

    /// <summary>The part is empty. Azure takes no empty block, so one byte stands for it, which is never committed.</summary>
    Empty = 2,
}
