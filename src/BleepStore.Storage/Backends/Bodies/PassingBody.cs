namespace BleepStore.Storage.Backends;

/// <summary>A body that passes another one on. A decorator derives from it to act when the bytes are needed.</summary>
/// <param name="inner">The body underneath.</param>
public abstract class PassingBody(StorageBody inner) : StorageBody
{
    /// <inheritdoc/>
    public override long? Length => Inner.Length;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte>? Md5 => Inner.Md5;

    /// <inheritdoc/>
    public override bool CanReplay => Inner.CanReplay;

    /// <inheritdoc/>
    public override string ETag => Inner.ETag;

    /// <inheritdoc/>
    public override IReadOnlyList<long> PartSizes => Inner.PartSizes;

    /// <summary>The body underneath.</summary>
    protected StorageBody Inner { get; } = inner;

    /// <inheritdoc/>
    public override Stream Open()
    {
        OnOpening();
        return Inner.Open();
    }

    internal override Stream OpenAhead()
    {
        OnOpening();
        return Inner.OpenAhead();
    }

    internal override StorageBody Replace(StorageBody other) => Inner.Replace(other);

    /// <summary>Runs before the bytes are opened, to be sent or for a decorator underneath. The default does nothing.</summary>
    protected virtual void OnOpening()
    {
    }
}
