namespace BleepStore.Storage.Tests.Decorators.Encryption;

/// <summary>Stands for the client of Key Vault, AWS KMS or Cloud KMS.</summary>
public interface IWrappingService
{
    Task<byte[]> WrapAsync(string keyId, byte[] key, CancellationToken cancellationToken);

    Task<byte[]> UnwrapAsync(string keyId, ReadOnlyMemory<byte> wrapped, CancellationToken cancellationToken);
}
