namespace BleepStore.Storage.Budget;

/// <summary>
/// A transfer's share of a <see cref="TransferGate"/>. A source that stands still lends the share to waiting transfers. The transfer takes
/// the share back before it continues.
/// </summary>
internal sealed class TransferPass(TransferGate gate, long bytes) : IDisposable
{
    /// <summary>How much of the gate it takes.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>The time since when the source has been waited for, or 0 when it is not. The gate's lock guards it.</summary>
    public long WaitingSince { get; set; }

    /// <summary>Whether the share is with the transfer, and not lent. The gate's lock guards it.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Whether the transfer has ended. A read that it left behind gets no share. The gate's lock guards it.</summary>
    public bool IsEnded { get; set; }

    /// <summary>The source is waited for.</summary>
    public void BeginWaiting() => gate.BeginWaiting(this);

    /// <summary>The source is not waited for any more, and the transfer ends.</summary>
    public void EndWaiting() => gate.EndWaiting(this);

    /// <summary>The source has delivered. Waits for the share, if it was lent.</summary>
    public ValueTask GoOnAsync(CancellationToken cancellationToken) => gate.GoOnAsync(this, cancellationToken);

    public void Dispose() => gate.Leave(this);
}
