using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Decorators.Encryption;

/// <summary>Asks a key ring for keys, and turns its failures into those that callers are promised.</summary>
/// <param name="ring">The ring.</param>
internal sealed class RingKeys(IKeyRing ring)
{
    /// <summary>Creates the key of a new object.</summary>
    /// <param name="layout">The layout of the parts. <see langword="null"/> for one part.</param>
    /// <param name="cancellationToken">Stops a request of the ring.</param>
    public async ValueTask<ObjectKey> CreateAsync(PartLayout? layout, CancellationToken cancellationToken)
    {
        using DataKey key = await AskAsync(
            ring, static (ring, token) => ring.GetCurrentKeyAsync(token), "for a current key", cancellationToken).ConfigureAwait(false);
        return new ObjectKey(key, ObjectHeader.Create(key, layout));
    }

    /// <summary>Makes the key of an object that is read.</summary>
    public async ValueTask<ObjectKey> OpenAsync(ObjectHeader header, CancellationToken cancellationToken)
    {
        using DataKey key = await AskAsync(
            (Ring: ring, Header: header),
            static (state, token) => state.Ring.GetKeyAsync(state.Header.KeyId, state.Header.WrappedKey, token),
            $"for the key '{header.KeyId}'",
            cancellationToken).ConfigureAwait(false);
        return new ObjectKey(key, header);
    }

    /// <summary>Makes sure that the ring has a current key.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        using ObjectKey key = await CreateAsync(layout: null, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<DataKey> AskAsync<TState>(
        TState state, Func<TState, CancellationToken, ValueTask<DataKey>> ask, string what, CancellationToken cancellationToken)
    {
        try
        {
            DataKey? key = await ask(state, cancellationToken).ConfigureAwait(false);
            return key ?? throw new StorageException(
                StorageErrorCode.InternalError, $"The key ring was asked {what} and returned null. Correct the key ring.");
        }
        catch (KeyNotFoundException missing)
        {
            throw new StorageException(
                StorageErrorCode.AccessDenied, $"The key ring was asked {what} and has none. Add the key to the ring.", missing);
        }
        catch (Exception thrown) when (thrown is not (StorageException or OperationCanceledException or ObjectDisposedException))
        {
            throw new StorageException(
                StorageErrorCode.InternalError,
                $"The key ring was asked {what} and failed: {Visible.Text(thrown.GetType().Name)}. The inner exception tells more.",
                thrown);
        }
    }
}
