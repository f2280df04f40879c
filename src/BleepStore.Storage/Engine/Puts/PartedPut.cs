using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.Engine.Parts;
using BleepStore.Storage.Engine.Progress;
using BleepStore.Storage.Engine.Writes;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>Puts a large content by parts, several at a time. After a failure nothing stays.</summary>
internal sealed class PartedPut(StoreContext context, WriteProtocol writes)
{
    /// <param name="put">The object to store.</param>
    /// <param name="content">The content after the collected parts.</param>
    /// <param name="collected">The first parts. Each is removed and disposed when it was sent.</param>
    /// <param name="cancellationToken">Stops the put.</param>
    public async Task<ObjectProperties> RunAsync(
        ObjectPut put, Content content, Queue<PartBody> collected, CancellationToken cancellationToken)
    {
        var upload = await PartedTransfer.BeginAsync(context, put.Address, put.Attributes, copySource: null, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            put.Meter?.Begin(content.Length);
            IReadOnlyList<PartInfo> parts = await SendAllAsync(upload, content, collected, put.Meter, cancellationToken)
                .ConfigureAwait(false);
            put.Meter?.Finish();
            content.CheckAll(put.ExpectedMd5);
            return await upload.CompleteAsync(writes, parts, put.Condition, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await upload.AbortAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<IReadOnlyList<PartInfo>> SendAllAsync(
        PartedTransfer upload, Content content, Queue<PartBody> collected, ProgressMeter? meter, CancellationToken cancellationToken)
    {
        using var stop = new FirstFailure(cancellationToken);
        using var slots = new SemaphoreSlim(content.HoldsParts ? context.Settings.MaxBufferedParts : context.Settings.MaxConcurrency);
        var sending = new List<Task<PartInfo>>();
        try
        {
            while (true)
            {
                await slots.WaitAsync(stop.Token).ConfigureAwait(false);
                int number = sending.Count + 1;
                PartBody? part = collected.Count > 0
                    ? collected.Dequeue()
                    : await content.NextPartAsync(context.Settings.Plan.SizeOf(number), canWait: true, stop.Token).ConfigureAwait(false);
                if (part is null)
                {
                    break;
                }

                if (number > PartPlan.MaximumParts)
                {
                    part.Dispose();
                    throw new StorageException(
                        StorageErrorCode.EntityTooLarge,
                        $"The object needs more than {PartPlan.MaximumParts} parts. Raise {nameof(ObjectStoreOptions.PartSize)}.");
                }

                sending.Add(SendAsync(upload, number, part, meter, slots, stop));
            }
        }
        catch (Exception thrown)
        {
            await stop.BecauseOfAsync(thrown).ConfigureAwait(false);
        }

        // Every part must have ended before the caller's buffers, the semaphore or the upload disappear.
        await ((Task)Task.WhenAll(sending)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfFailed();
        return await Task.WhenAll(sending).ConfigureAwait(false);
    }

    private static async Task<PartInfo> SendAsync(
        PartedTransfer upload, int number, PartBody part, ProgressMeter? meter, SemaphoreSlim slots, FirstFailure stop)
    {
        try
        {
            using (part)
            {
                return await PartBody.ExplainRefusalAsync(part, upload.SendPartAsync(number, part, meter, stop.Token), stop.Token)
                    .ConfigureAwait(false);
            }
        }
        catch (Exception thrown)
        {
            await stop.BecauseOfAsync(thrown).ConfigureAwait(false);
            throw;
        }
        finally
        {
            slots.Release();
        }
    }
}
