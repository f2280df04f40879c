using System.Runtime.ExceptionServices;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Resilience.Retry;

/// <summary>A write that can be recognised by its token.</summary>
/// <param name="Address">The object that is written.</param>
/// <param name="Condition">The condition of the write.</param>
/// <param name="Token">The token that the write carries.</param>
internal readonly record struct TokenWrite(ObjectAddress Address, WriteCondition Condition, string Token)
{
    /// <summary>Looks whether an attempt of unknown outcome has taken effect.</summary>
    /// <param name="inner">The backend underneath.</param>
    /// <param name="call">The call, of which an attempt has failed.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    /// <returns>
    /// The properties of the object that the write has made. <see langword="null"/> when the object there still meets the condition, so the
    /// write can be sent again.
    /// </returns>
    /// <exception cref="StorageException">
    /// The failure of the attempt, when something else is there or nobody may look. A transient failure of the look itself.
    /// </exception>
    public async ValueTask<ObjectProperties?> FindAsync(StorageBackend inner, RetriedCall call, CancellationToken cancellationToken)
    {
        StoredObject? stored = null;
        try
        {
            var request = new HeadRequest { Bucket = Address.Bucket, Key = Address.Key, IsForWrite = true };
            stored = await inner.HeadAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            // The condition decides about a missing object.
        }
        catch (StorageException error) when (!error.IsTransient)
        {
            HandUp(call);
        }

        if (stored?.MadeBy(Token) is { } made)
        {
            return made;
        }

        try
        {
            Condition.ThrowIfNotMet(stored?.Properties);
        }
        catch (StorageException)
        {
            HandUp(call);
        }

        return null;
    }

    /// <summary>The core also reads the object, and finds out the meaning.</summary>
    private static void HandUp(RetriedCall call)
    {
        call.IsHandedUp = true;
        ExceptionDispatchInfo.Throw(call.Unknown!);
    }
}
