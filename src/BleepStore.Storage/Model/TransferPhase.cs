namespace BleepStore.Storage;

/// <summary>The current phase of a transfer.</summary>
public enum TransferPhase
{
    /// <summary>Bytes are moving.</summary>
    Transferring,

    /// <summary>All bytes have moved. They are being verified, put together, or flushed to a disk.</summary>
    Finishing,

    /// <summary>The transfer has succeeded. Nothing is reported after this.</summary>
    Done,
}
