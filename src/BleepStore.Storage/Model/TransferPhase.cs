namespace BleepStore.Storage;

/// <summary>What a transfer is doing.</summary>
public enum TransferPhase
{
    /// <summary>Bytes are moving.</summary>
    Transferring,

    /// <summary>All bytes have moved. They are being verified, put together, or flushed to a disk.</summary>
    Finishing,

    /// <summary>The transfer has succeeded. Nothing is reported after this.</summary>
    Done,
}
