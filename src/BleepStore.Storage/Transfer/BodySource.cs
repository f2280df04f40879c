namespace BleepStore.Storage.Transfer;

/// <summary>What a <see cref="Backends.StorageBody"/> reads from.</summary>
internal abstract class BodySource
{
    public abstract long? Length { get; }

    public abstract ReadOnlyMemory<byte>? Md5 { get; }

    public abstract bool CanReplay { get; }

    public abstract string? ETag { get; }

    public abstract Stream Open();
}
