using BleepStore.Storage.Budget;
using BleepStore.Storage.Errors;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>
/// Runs one transfer of a content. It waits for room, and at its end it puts the source's position where callers expect it. A failure of
/// the source surfaces as itself. The disposal of the store ends the transfer.
/// </summary>
internal static class ContentTransfer
{
    /// <param name="context">The store.</param>
    /// <param name="content">The bytes. Disposed at the end.</param>
    /// <param name="share">How many bytes the transfer can hold at a time.</param>
    /// <param name="state">Handed to <paramref name="transfer"/>, so it can be a static lambda.</param>
    /// <param name="transfer">Sends the bytes.</param>
    /// <param name="cancellationToken">Stops the transfer.</param>
    public static async Task<T> RunAsync<TState, T>(
        StoreContext context,
        Content content,
        long share,
        TState state,
        Func<TState, Content, CancellationToken, Task<T>> transfer,
        CancellationToken cancellationToken)
    {
        using (content)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.Operations.Ending);
            try
            {
                using TransferPass? pass = await context.Gate.EnterAsync(share, stop.Token).ConfigureAwait(false);
                using IDisposable? mark = context.Gate.MarkInside();
                content.Reads.Pass = pass;
                T stored = await transfer(state, content, stop.Token).ConfigureAwait(false);
                SettlePosition(context, content, isStored: true);
                return stored;
            }
            catch (OperationCanceledException cancelled) when (stop.IsCancellationRequested)
            {
                SettlePosition(context, content, isStored: false);
                throw cancellationToken.IsCancellationRequested
                    ? Cancellations.By(cancelled, cancellationToken)
                    : context.Operations.Ended(cancelled);
            }
            catch (Exception thrown)
            {
                SettlePosition(context, content, isStored: false);
                content.Reads.ThrowIfCause(thrown);
                throw;
            }
        }
    }

    /// <summary>The transfer has ended, well or badly. A source that cannot be positioned any more does not change that.</summary>
    private static void SettlePosition(StoreContext context, Content content, bool isStored)
    {
        if (content.Reads.IsAbandoned)
        {
            return;
        }

        try
        {
            content.SettlePosition(isStored);
        }
        catch (Exception error)
        {
            Log.PositionLost(context.Operations.Logger, error);
        }
    }
}
